import type { OthersMet } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

// What other deliveries than $1 met in the last $2 ms: the latest success, and the latest refusal at MAIL or RCPT that counts as trouble
// with the provider. Asked only by an attempt that was refused so. Served by deliveries_ended_idx, of which a bounded number of entries is
// looked at, and attempts_refused_idx.
const readMet = statement<{ success_at: Date | null; refusal_at: Date | null }>(
  'read_others_met',
  ['deliveries_ended_idx', 'attempts_refused_idx'],
  `select
    (select ended_at from (
        select delivery_id, status, ended_at from deliveries
        where ended_at is not null and ended_at >= now() - $2::bigint * interval '1 millisecond' order by ended_at desc limit 1000
      ) as ended
      where status = 'sent' and delivery_id <> $1::uuid order by ended_at desc limit 1) as success_at,
    (select finished_at from attempts
      where outcome = 'transport_failed' and phase in ('mail', 'rcpt') and smtp_code is not null
        and finished_at >= now() - $2::bigint * interval '1 millisecond' and delivery_id <> $1::uuid
      order by finished_at desc limit 1) as refusal_at`,
);

export async function readOthersMet(runner: Runner, deliveryId: string, withinMs: number): Promise<OthersMet> {
  const [row] = await run(runner, readMet, [deliveryId, withinMs]);
  return { successAt: row?.success_at ?? null, refusalAt: row?.refusal_at ?? null };
}
