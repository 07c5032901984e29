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
];
