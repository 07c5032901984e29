import type { Scenario } from '../scenario.ts';

const APP = 'retention-job';
/** More than a chunk of 1000. */
const OLD = 1500;
const HOUR_RETENTION = { MAIL_DELIVERY_RETENTION: '1h' };

// Deliveries that ended long ago, as many as take more than one chunk: only their age and their end matter here.
export const ENDED_LONG_AGO = `
  with old as (
    insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, tags, message_id, from_email, created_at, ended_at, on_uncertain)
    select gen_random_uuid(), 'faults', 'old-' || n, 'sent', 'provider_accepted', 'normal', '{}', '<old-' || n || '@example.com>',
      'no-reply@galaxy.example', now() - interval '1 year', now() - interval '1 year', 'retry'
    from generate_series(1, $1::int) as n returning delivery_id
  )
  insert into delivery_recipients (delivery_id, position, address, kind, outcome)
  select delivery_id, 0, 'old@example.com', 'to', 'accepted' from old`;

export const retentionScenarios: readonly Scenario[] = [
  {
    id: 'retention-killed-between-chunks',
    component: APP,
    fault: 'SIGKILL between two chunks of a pass, next to old deliveries that have not ended',
    async run(stage) {
      const { apps, query } = stage.world;
      const old = async (): Promise<number> =>
        (await query<{ count: number }>(`select count(*)::int as count from deliveries where starts_with(idempotency_key, 'old-')`))[0]
          ?.count ?? 0;
      await Promise.all([apps.get(APP).stop(), apps.get('attempt-worker').stop()]);
      await query(ENDED_LONG_AGO, [OLD]);
      const waiting = await stage.send(10, { door: 'http' });
      await query(`update deliveries set created_at = created_at - interval '1 year' where starts_with(idempotency_key, $1)`, [stage.tag]);
      await query(
        `update idempotency_keys set created_at = created_at - interval '1 year', expires_at = expires_at - interval '1 year'
        where starts_with(idempotency_key, $1)`,
        [stage.tag],
      );
      stage.faulted();
      const env = { ...HOUR_RETENTION, MAIL_FAILPOINTS: 'delete_ended_deliveries.before@2=kill' };
      const { signal } = await apps.runToEnd(APP, env);
      stage.check(signal === 'SIGKILL', 'retention never came to a second chunk');
      const left = await old();
      stage.check(left === OLD - 1000, `${left} of ${OLD} old deliveries are left after one chunk`);
      await apps.start(APP, { env: HOUR_RETENTION });
      await stage.until('the next pass deletes the rest', async () => (await old()) === 0);
      await stage.until('the pass has ended', () =>
        apps
          .get(APP)
          .log()
          .some(({ event }) => event === 'retention_swept'),
      );
      stage.check((await stage.stored()) === waiting.length, 'deliveries that have not ended were deleted');
      // Their keys are past their time too, and must be known until they have ended.
      const again = await Promise.all(waiting.map(({ key }) => stage.send(1, { door: 'http', key: key.slice(stage.tag.length + 1) })));
      const known = again.flat().filter(({ answer }) => answer?.replayed === true).length;
      stage.check(known === waiting.length, `${waiting.length - known} keys of deliveries that have not ended were forgotten`);
    },
  },
];
