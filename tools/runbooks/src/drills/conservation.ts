import type { Drill } from '../drill.ts';

export const conservationDrills: readonly Drill[] = [
  {
    alert: 'MailUnaccounted',
    fault: 'somebody deletes the attempt of a delivery that is queued',
    shows: [/attempt_missing/, /queued/],
    async cause({ world, send, until, tag }) {
      const worker = world.apps.get('attempt-worker');
      await worker.freeze();
      await send(1);
      await until('its attempt is gone', async () => {
        const deleted = await world.query(
          `delete from attempts a using deliveries d
          where d.delivery_id = a.delivery_id and starts_with(d.idempotency_key, $1) and a.status <> 'ended' returning 1`,
          [tag],
        );
        return deleted.length > 0;
      });
      worker.signal('SIGCONT');
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
  {
    alert: 'MailRowsStuck',
    fault: 'somebody restores an attempt of a delivery by hand, under the number of the next, and the worker of its attempt is lost',
    shows: [/"kind":"recover"/, /attempt_numbered_once/],
    async cause({ world, send, until, tag }) {
      const worker = world.apps.get('attempt-worker');
      await worker.freeze();
      await send(1);
      await until('its attempt is claimed', async () => {
        const lost = await world.query(
          `with restored as (
            insert into attempts (attempt_id, delivery_id, number, lane, status, outcome, scheduled_at, claimed_at, started_at, finished_at, worker_id, token)
            select gen_random_uuid(), d.delivery_id, 2, 1, 'ended', 'transport_failed', now(), now(), now(), now(), 'somebody', gen_random_uuid()
            from deliveries d join attempts a using (delivery_id)
            where starts_with(d.idempotency_key, $1) and a.status = 'claimed' returning delivery_id
          )
          update attempts a set status = 'in_progress', started_at = now() - interval '1 hour', worker_id = 'nobody', token = gen_random_uuid()
          from restored where a.delivery_id = restored.delivery_id and a.status = 'claimed' returning 1`,
          [tag],
        );
        return lost.length > 0;
      });
      worker.signal('SIGCONT');
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
];
