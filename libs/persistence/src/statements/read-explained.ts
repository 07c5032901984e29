import type { ExplainedAttempt, ExplainFacts } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

/** Due attempts ahead of one are counted so far. */
const MAX_AHEAD = 10_000;

/** The facts of an explanation, the server's clock at their reading, and the newest deliveries that it was sent again as. */
export interface ReadExplained {
  readonly facts: ExplainFacts;
  readonly now: Date;
  readonly resend_of: string | null;
  readonly resent_as: readonly string[];
}

type Times = 'scheduled_at' | 'claimed_at' | 'started_at' | 'finished_at' | 'trouble_since';

type Row = Omit<ExplainFacts, 'attempts' | 'due_ahead'> &
  Omit<ReadExplained, 'facts'> & {
    /** Their times as JSON has them: text. */
    readonly attempts: readonly (Omit<ExplainedAttempt, Times> & { readonly scheduled_at: string } & Record<
        Exclude<Times, 'scheduled_at'>,
        string | null
      >)[];
    readonly due_ahead: number;
  };

// All that explains where a delivery is, in one snapshot. What is ahead of its due attempt is counted in its own lane, oldest first, as it
// is claimed, up to a bound. Served by deliveries_pkey, attempts_one_live_idx, attempts_due_idx, deliveries_resend_idx.
const readFacts = statement<Row>(
  'read_explained',
  ['deliveries_pkey', 'attempts_one_live_idx', 'attempts_due_idx', 'deliveries_resend_idx'],
  `select d.delivery_id, d.status, d.end_reason, d.priority, d.deliver_at, d.expires_at, d.ended_at, d.on_uncertain, d.superseded_by, d.resend_of,
    p.content_purged_at, now() as now,
    (select coalesce(jsonb_agg(jsonb_build_object('outcome', r.outcome) order by r.position), '[]')
      from delivery_recipients r where r.delivery_id = d.delivery_id) as recipients,
    (select coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'schedule_position', coalesce(a.schedule_position, a.number),
        'trouble_since', a.trouble_since, 'status', a.status, 'outcome', a.outcome, 'phase', a.phase, 'scheduled_at', a.scheduled_at,
        'claimed_at', a.claimed_at, 'started_at', a.started_at, 'finished_at', a.finished_at, 'worker_id', a.worker_id, 'smtp_reply', a.smtp_reply,
        'error', a.error) order by a.number), '[]')
      from attempts a where a.delivery_id = d.delivery_id) as attempts,
    (select count(*)::int from (
      select from attempts o where o.status = 'scheduled' and o.lane = live.lane and o.scheduled_at < live.scheduled_at and o.scheduled_at <= now()
        and live.status = 'scheduled' and live.scheduled_at <= now()
      limit ${MAX_AHEAD + 1}
    ) as ahead) as due_ahead,
    array(select c.delivery_id from deliveries c where c.resend_of = d.delivery_id order by c.delivery_id desc limit 10) as resent_as
  from deliveries d
  join delivery_payloads p on p.delivery_id = d.delivery_id
  left join attempts live on live.delivery_id = d.delivery_id and live.status <> 'ended'
  where d.delivery_id = $1`,
);

const time = (text: string | null): Date | null => (text === null ? null : new Date(text));

export async function readExplained(runner: Runner, deliveryId: string): Promise<ReadExplained | null> {
  const [row] = await run(runner, readFacts, [deliveryId]);
  if (row === undefined) return null;
  const { now, resend_of, resent_as, attempts, due_ahead, ...same } = row;
  return {
    facts: {
      ...same,
      attempts: attempts.map(({ scheduled_at, claimed_at, started_at, finished_at, trouble_since, ...attempt }) => ({
        ...attempt,
        scheduled_at: new Date(scheduled_at),
        claimed_at: time(claimed_at),
        started_at: time(started_at),
        finished_at: time(finished_at),
        trouble_since: time(trouble_since),
      })),
      due_ahead: { count: Math.min(due_ahead, MAX_AHEAD), capped: due_ahead > MAX_AHEAD },
    },
    now,
    resend_of,
    resent_as,
  };
}
