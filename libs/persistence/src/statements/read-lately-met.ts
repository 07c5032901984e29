import type { LatelyMet } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

// What was met in the last $2 ms: by other deliveries than $1 the success that began last, of the latest hundred, and the latest refusal at
// MAIL or RCPT that counts as trouble with the provider; and whether $1 itself has met such a one. Asked only by an attempt that was refused
// so. Served by deliveries_ended_idx, of which a bounded number of entries is looked at, attempts_refused_idx and attempt_numbered_once.
const readMet = statement<{ succeeded_from: Date | null; refused_at: Date | null; refused_before: boolean }>(
  'read_lately_met',
  ['deliveries_ended_idx', 'attempts_refused_idx', 'attempt_numbered_once'],
  `select
    (select max(a.started_at) from (
        select delivery_id from (
          select delivery_id, status, ended_at from deliveries
          where ended_at is not null and ended_at >= now() - $2::bigint * interval '1 millisecond' order by ended_at desc limit 1000
        ) as ended
        where status = 'sent' and delivery_id <> $1::uuid order by ended_at desc limit 100
      ) as sent cross join lateral (
        select started_at from attempts where delivery_id = sent.delivery_id and outcome || '' = 'provider_accepted' order by number desc limit 1
      ) as a) as succeeded_from,
    (select finished_at from attempts
      where outcome = 'transport_failed' and phase in ('mail', 'rcpt') and smtp_code is not null
        and finished_at >= now() - $2::bigint * interval '1 millisecond' and delivery_id <> $1::uuid
      order by finished_at desc limit 1) as refused_at,
    exists (select from attempts
      where delivery_id = $1::uuid and outcome || '' = 'transport_failed' and phase in ('mail', 'rcpt') and smtp_code is not null
        and finished_at >= now() - $2::bigint * interval '1 millisecond') as refused_before`,
);

export async function readLatelyMet(runner: Runner, deliveryId: string, withinMs: number): Promise<LatelyMet> {
  const [row] = await run(runner, readMet, [deliveryId, withinMs]);
  return {
    othersSucceededFrom: row?.succeeded_from ?? null,
    othersRefusedAt: row?.refused_at ?? null,
    refusedBefore: row?.refused_before ?? false,
  };
}
