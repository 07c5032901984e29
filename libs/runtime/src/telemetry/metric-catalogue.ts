import type { AppName } from '../config/app-name.js';

/** One metric as it is exported, with what its attributes may be: few values each, and never an address, an id or a text of a mail. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** UCUM; what is counted in braces. */
  readonly unit: string;
  readonly apps: readonly AppName[] | 'all';
  /** Each attribute, with its values. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly description: string;
  /** Of a histogram: upper bounds of its buckets. */
  readonly buckets?: readonly number[];
}

const ACCEPTING = ['intake-api', 'stream-consumer'] as const;
const LANE = '`high`, `normal`, `bulk`';
const DOOR = '`http`, `stream`, `operator` (resends, those of plans too, and replays of malformed commands)';
const TEMPLATE = "the template's id; empty for a rendered mail";
const SHORT = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
// 10 s and 300 s are the objectives of login codes and of all else.
const END_TO_END = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600, 14_400];

/** Every metric of the service. `docs/telemetry.md` is generated from it, and nothing can be measured that is not in it. */
export const METRICS = {
  'mail.commands.accepted': {
    type: 'counter',
    unit: '{command}',
    apps: [...ACCEPTING, 'scheduler'],
    attributes: { door: DOOR, lane: LANE, outcome: '`queued`, `suppressed`, `expired`' },
    description: 'Commands that became a delivery.',
  },
  'mail.commands.replayed': {
    type: 'counter',
    unit: '{command}',
    apps: [...ACCEPTING, 'scheduler'],
    attributes: { door: DOOR },
    description: 'Commands that were accepted before, and were answered from what is remembered.',
  },
  'mail.commands.refused': {
    type: 'counter',
    unit: '{command}',
    apps: ACCEPTING,
    attributes: { door: '`http`, `stream`', code: 'the problem code' },
    description: 'Commands that were refused; at the stream, recorded as malformed.',
  },
  'mail.accept.duration': {
    type: 'histogram',
    unit: 's',
    apps: [...ACCEPTING, 'scheduler'],
    attributes: { door: DOOR },
    description: 'From the command, read and checked, to its durable acceptance; of the stream, and of a plan: of its batch.',
    buckets: SHORT,
  },
  'mail.command.age': {
    type: 'histogram',
    unit: 's',
    apps: ['stream-consumer'],
    attributes: {},
    description: "From a stream command's `requested_at_ms` to its durable acceptance, by both clocks.",
    buckets: END_TO_END,
  },
  'mail.stream.lease.held': {
    type: 'gauge',
    unit: '{lease}',
    apps: ['stream-consumer'],
    attributes: {},
    description: '1 in the process that consumes the stream, 0 in one that stands by.',
  },
  'mail.stream.halted': {
    type: 'gauge',
    unit: '{stream}',
    apps: ['stream-consumer'],
    attributes: {},
    description: '1 while reading stands still until an operator adopts a stream that went backwards.',
  },
  'mail.stream.entries.waiting': {
    type: 'gauge',
    unit: '{entry}',
    apps: ['stream-consumer'],
    attributes: {},
    description: 'Entries of the stream that were not consumed yet; only from the process that consumes it.',
  },
  'mail.stream.oldest_waiting.age': {
    type: 'gauge',
    unit: 's',
    apps: ['stream-consumer'],
    attributes: {},
    description: "Age of the first of them by its id, which is Redis's clock; 0 when none waits.",
  },
  'mail.stream.incidents': {
    type: 'counter',
    unit: '{incident}',
    apps: ['stream-consumer'],
    attributes: { kind: '`gap`, `missing_key`, `went_backwards`, `wrong_type`' },
    description: 'What was found wrong with the stream; each is a row of `stream_incidents`.',
  },
  'mail.stream.entries.missing': {
    type: 'counter',
    unit: '{entry}',
    apps: ['stream-consumer'],
    attributes: {},
    description: 'Entries that were trimmed or lost before they were consumed.',
  },
  'mail.attempts.depth': {
    type: 'gauge',
    unit: '{attempt}',
    apps: ['scheduler'],
    attributes: { lane: LANE, state: '`due`, `later`, `claimed`, `in_progress`' },
    description: 'Live attempts in the database, counted up to 10 000 each. Every scheduler tells the same.',
  },
  'mail.attempts.oldest_due.age': {
    type: 'gauge',
    unit: 's',
    apps: ['scheduler'],
    attributes: { lane: LANE },
    description: 'For how long the attempt has been due that has waited the longest for a worker, claimed or not; 0 when none has.',
  },
  'mail.claims': {
    type: 'counter',
    unit: '{attempt}',
    apps: ['scheduler'],
    attributes: { lane: LANE },
    description: 'Attempts that were claimed for the workers.',
  },
  'mail.claims.recovered': {
    type: 'counter',
    unit: '{attempt}',
    apps: ['scheduler'],
    attributes: { kind: '`given_back`: never started; `lost`: its worker was lost in progress' },
    description: 'Stale claims that recovery took back.',
  },
  'mail.unaccounted': {
    type: 'gauge',
    unit: '{breach}',
    apps: ['scheduler'],
    attributes: { kind: 'as in the log line `unaccounted`' },
    description: 'Breaches of the conservation law in the stored state: must be 0.',
  },
  'mail.rows.stuck': {
    type: 'gauge',
    unit: '{row}',
    apps: ['scheduler', 'attempt-worker', 'retention-job'],
    attributes: {
      kind: 'what cannot be done with them: `claim`, `take`, `expire`, `supersede`, `give_back`, `recover`, `resend_plan`, `delete_deliveries` and the like',
    },
    description: 'Rows that cannot be processed, tried each by itself: must be 0. The others are processed.',
  },
  'mail.attempts.ended': {
    type: 'counter',
    unit: '{attempt}',
    apps: ['attempt-worker'],
    attributes: { lane: LANE, outcome: "the attempt's outcome", template_id: TEMPLATE },
    description: 'Attempts whose outcome was written.',
  },
  'mail.attempts.given_back': {
    type: 'counter',
    unit: '{attempt}',
    apps: ['attempt-worker'],
    attributes: {},
    description:
      'Attempts that a failure of ours kept from being begun, and that were given back: the log line `attempt_not_begun` says why.',
  },
  'mail.attempts.late_replies': {
    type: 'counter',
    unit: '{attempt}',
    apps: ['attempt-worker'],
    attributes: { outcome: 'what the attempt came to after all' },
    description: 'Attempts that had ended as `uncertain`, and whose reply to the final dot came after the time-out.',
  },
  'mail.smtp.listening': {
    type: 'gauge',
    unit: '{session}',
    apps: ['attempt-worker'],
    attributes: {},
    description: 'Sessions that listen for a reply to a final dot that is overdue, beside the slots.',
  },
  'mail.attempt.duration': {
    type: 'histogram',
    unit: 's',
    apps: ['attempt-worker'],
    attributes: { outcome: "the attempt's outcome", phase: 'the phase that decided: `render`, `connect` … `final`' },
    description: "From an attempt's start to its result.",
    buckets: SHORT,
  },
  'mail.attempt.stage.duration': {
    type: 'histogram',
    unit: 's',
    apps: ['attempt-worker'],
    attributes: { stage: '`render`, `send`, `record`' },
    description: 'How long each part of an attempt took; `record`: until the outcome is durable.',
    buckets: SHORT,
  },
  'mail.smtp.phase.duration': {
    type: 'histogram',
    unit: 's',
    apps: ['attempt-worker'],
    attributes: { phase: '`connect`, `greeting`, `ehlo`, `starttls`, `auth`, `mail`, `rcpt`, `data`, `body`, `final`' },
    description:
      'How long each phase of the SMTP dialogue took, as often as it was entered: on a kept connection none of those before `mail`, and `ehlo` again after `starttls`. `final`: the wait for the reply to the whole mail.',
    buckets: SHORT,
  },
  'mail.delivery.latency': {
    type: 'histogram',
    unit: 's',
    apps: ['attempt-worker'],
    attributes: { lane: LANE, template_id: TEMPLATE },
    description: 'From acceptance, or from `deliver_at` where that is later, to the hand-over of a mail to the provider.',
    buckets: END_TO_END,
  },
  'mail.deliveries.ended': {
    type: 'counter',
    unit: '{delivery}',
    apps: [...ACCEPTING, 'scheduler', 'attempt-worker'],
    attributes: { status: "the delivery's end", reason: 'its `end_reason`' },
    description:
      'Deliveries that ended, each once, told by the process that ended them: what was accepted has ended, or has a live attempt.',
  },
  'mail.deliveries.corrected': {
    type: 'counter',
    unit: '{delivery}',
    apps: ['attempt-worker'],
    attributes: {},
    description:
      'Deliveries that had ended as `uncertain`, and turned out to be sent; `mail.deliveries.ended` has them as they ended first.',
  },
  'mail.worker.slots': {
    type: 'gauge',
    unit: '{slot}',
    apps: ['attempt-worker'],
    attributes: { state: '`busy`, `free`' },
    description: 'Mails that the process is sending, and how many more it could.',
  },
  'mail.postgres.pool.connections': {
    type: 'gauge',
    unit: '{connection}',
    apps: 'all',
    attributes: { state: '`used`, `idle`, `allowed`' },
    description: 'Connections of the pool to the primary; `allowed`: MAIL_POSTGRES_MAX_OPEN_CONNS.',
  },
  'mail.postgres.pool.waiting': {
    type: 'gauge',
    unit: '{request}',
    apps: 'all',
    attributes: {},
    description: 'Statements and transactions that wait for a connection.',
  },
  'mail.loop.turns': {
    type: 'counter',
    unit: '{turn}',
    apps: ['stream-consumer', 'scheduler', 'attempt-worker', 'retention-job'],
    attributes: { loop: "the loop's name, as in the log", result: '`ok`, `failed`' },
    description: 'Turns of the loops that do all work but answering: none that are `ok` means that nothing is done.',
  },
  'mail.resend_plans.tried': {
    type: 'counter',
    unit: '{delivery}',
    apps: ['scheduler'],
    attributes: { result: '`resent`, `failed`' },
    description: 'Deliveries of bulk resends whose turn has come. `failed`: each with its reason in its plan.',
  },
  'mail.retention.deleted': {
    type: 'counter',
    unit: '{row}',
    apps: ['retention-job'],
    attributes: { kind: '`deliveries`, `malformed_commands`, `resend_plans`, `idempotency_keys`' },
    description: 'Rows that retention deleted, without what went along.',
  },
  'mail.retention.behind': {
    type: 'gauge',
    unit: 's',
    apps: ['retention-job'],
    attributes: { kind: '`deliveries`, `malformed_commands`, `idempotency_keys`' },
    description:
      'How long ago the window of the oldest row that is still there has passed; up to the interval is normal, 0 when there is none.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
type OfType<T extends MetricDefinition['type']> = {
  [N in MetricName]: (typeof METRICS)[N] extends { readonly type: T } ? N : never;
}[MetricName];
export type CounterName = OfType<'counter'>;
export type HistogramName = OfType<'histogram'>;
export type GaugeName = OfType<'gauge'>;
export type AttributesOf<N extends MetricName> = { readonly [A in keyof (typeof METRICS)[N]['attributes']]: string };
