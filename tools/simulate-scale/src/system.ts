import type { ServiceTimes } from './service-times.ts';

/** What is simulated: a load, and what is there to bear it. */
export interface System {
  /** Mails a second, by the stream and over HTTP. */
  readonly streamPerSecond: number;
  readonly httpPerSecond: number;
  readonly intakes: number;
  readonly workers: number;
  /** MAIL_ATTEMPT_WORKER_CONCURRENCY. */
  readonly slots: number;
  /** Of the machine that PostgreSQL has to itself. */
  readonly postgresCores: number;
  /** MAIL_SCHEDULER_CLAIM_WINDOW. */
  readonly window: number;
  readonly seconds: number;
  readonly seed: number;
  readonly times: ServiceTimes;
}

/** What came of it, once it had settled in: the first fifth of the time is not counted. */
export interface Outcome {
  readonly sentPerSecond: number;
  /** From the caller to the server's 250. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What was neither sent nor refused at the end. */
  readonly waiting: number;
  /** It keeps up: what waits does not grow. */
  readonly stable: boolean;
  /** From 0 to 1, each. */
  readonly busy: Readonly<Record<'postgres' | 'consumer' | 'intakes' | 'workers' | 'slots', number>>;
}
