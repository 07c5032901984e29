import type { LogLevel } from '../config/variables/process.js';

export interface EventDefinition {
  readonly level: LogLevel | readonly LogLevel[];
  readonly meaning: string;
}

/** The events of the log: what the field `event` of a line may be. A line without one comes from Nest, or tells of one request. */
export const EVENTS = {
  accounted: { level: 'info', meaning: 'What was unaccounted for, of one kind, is accounted for again.' },
  attempt_ended: { level: 'info', meaning: 'The outcome of an attempt is written: one line an attempt.' },
  attempt_given_back: {
    level: 'warn',
    meaning: 'An attempt that was taken, but never started, was given back: its take was answered too late.',
  },
  attempt_not_begun: {
    level: 'error',
    meaning: 'A failure of ours kept a taken attempt from being begun, such as a template version that cannot be read: it was given back.',
  },
  attempt_recovered: { level: 'warn', meaning: 'An attempt whose worker was lost in progress was settled as uncertain.' },
  attempt_token_void: { level: 'warn', meaning: 'An attempt ended, and another had settled it for good: nothing was written.' },
  attempt_unsettled: { level: 'error', meaning: 'An attempt ended without a record; recovery will settle it as uncertain.' },
  batch_accepted: { level: 'debug', meaning: 'A batch of the stream is durable.' },
  batch_failed: { level: 'error', meaning: 'A batch cannot be stored; its entries are tried one by one.' },
  claim_given_back: { level: 'warn', meaning: 'A claim that no worker started was given back.' },
  command_malformed: { level: 'warn', meaning: 'A command of the stream was recorded as malformed.' },
  config_warning: { level: 'warn', meaning: 'The configuration is valid, and probably not meant so.' },
  console_not_built: { level: 'warn', meaning: 'The operator console is not part of this build: `/console/` answers 404.' },
  deliveries_expired: { level: 'info', meaning: 'Deliveries that were past their expiry were ended, unsent: how many.' },
  drain_failed: { level: 'error', meaning: 'Stopping failed.' },
  drain_overdue: { level: 'error', meaning: 'Not everything in flight was finished within MAIL_SHUTDOWN_TIMEOUT.' },
  entry_failed: { level: 'error', meaning: 'An entry cannot be stored, and is recorded as malformed.' },
  entry_unreadable: { level: 'error', meaning: 'An entry cannot be read, and is recorded as malformed.' },
  failpoint_hit: { level: 'warn', meaning: 'A failpoint of a test was reached.' },
  failpoints_armed: { level: 'warn', meaning: 'The process was started with failpoints, which are for tests.' },
  give_back_failed: { level: 'warn', meaning: 'Attempts that never started cannot be given back yet.' },
  heartbeat_failed: { level: 'warn', meaning: 'The heartbeat cannot be written: the probe will say hung.' },
  held_claims_put_off: {
    level: 'warn',
    meaning: 'Another transaction holds rows of deliveries whose mails are due, and of some that are out: they are due again in 2 s.',
  },
  late_reply_lost: { level: 'error', meaning: 'What an overdue reply said cannot be written: its attempt stays uncertain.' },
  late_reply_recorded: { level: 'info', meaning: 'The reply to a final dot came after the time-out: what it says replaces `uncertain`.' },
  library_warning: { level: 'warn', meaning: 'A library, or Node, warns of something.' },
  listening: { level: 'info', meaning: 'The intake takes requests.' },
  notify_failed: {
    level: 'warn',
    meaning: 'Workers cannot be notified of claims, and find them by polling; the first, then one line in a minute.',
  },
  outcome_kept: { level: 'warn', meaning: 'An outcome cannot be written yet, and is kept until it can.' },
  postgres_connection_lost: { level: 'warn', meaning: 'A connection to PostgreSQL was lost.' },
  redis_connection_failed: { level: 'warn', meaning: 'The connection to Redis failed; one line in 5 s.' },
  request_failed: { level: 'error', meaning: 'A request failed of a fault of ours: 500.' },
  request_refused: { level: ['debug', 'warn'], meaning: 'A request was refused; `warn` from 500 on, such as an overload.' },
  resend_given_up: { level: 'error', meaning: 'A delivery of a bulk resend cannot be stored again, and is left out: which, and why.' },
  resend_plan_done: { level: 'info', meaning: 'Every delivery of a bulk resend was tried.' },
  resend_plan_ready: { level: 'info', meaning: 'The set of a bulk resend is frozen: how many deliveries, and how many can be sent.' },
  resend_plan_too_large: { level: 'warn', meaning: 'A bulk resend has more deliveries than a plan may have, and was ended.' },
  retention_swept: { level: 'info', meaning: 'A pass of retention is done: what it deleted.' },
  row_stuck: {
    level: 'error',
    meaning:
      'A row cannot be processed: which, what cannot be done with it, and why. It is tried again, ever later; the others are processed. One line in ten minutes.',
  },
  row_unstuck: { level: 'info', meaning: 'A row that was stuck was processed, or is gone.' },
  start_failed: { level: 'fatal', meaning: 'The process cannot start, and ends: why, and its exit code.' },
  server_warning: { level: 'warn', meaning: 'PostgreSQL is set so that it may lose what was accepted: for tests only.' },
  started: { level: 'info', meaning: 'The process is up.' },
  stopped: { level: ['info', 'warn'], meaning: 'The process ends: its exit code.' },
  stopping: { level: 'info', meaning: 'A signal was received: the process takes no more work.' },
  stream_incident: { level: ['error', 'fatal'], meaning: 'The stream is not what was consumed; `fatal` where reading stops.' },
  stream_lease_acquired: { level: 'info', meaning: 'This process consumes the stream now.' },
  stream_lease_elsewhere: { level: 'info', meaning: 'Another process consumes the stream: this one stands by.' },
  stream_lease_kept: { level: 'warn', meaning: 'The lease cannot be given back, and runs out by itself.' },
  telemetry_lost: { level: 'warn', meaning: 'The last traces and metrics could not be sent.' },
  templates_loaded: { level: 'info', meaning: 'The catalog is valid and loaded: its templates with their hashes.' },
  turn_failed: { level: 'error', meaning: 'A turn of a loop failed, and is tried again; the first, then one line in 30 s.' },
  turn_recovered: { level: 'info', meaning: 'A loop that failed works again.' },
  unaccounted: { level: 'error', meaning: 'The conservation law is broken: which kind, how often, and the ids.' },
  uncaught_exception: { level: 'fatal', meaning: 'A bug: the process ends with 70.' },
  unhandled_rejection: { level: 'fatal', meaning: 'A bug: the process ends with 70.' },
} as const satisfies Readonly<Record<string, EventDefinition>>;

export type EventName = keyof typeof EVENTS;
