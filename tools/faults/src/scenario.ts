import type { Stage } from './stage.ts';

/** What the fault is done to, as the crash matrix groups it. */
export const components = [
  'intake-api',
  'stream-consumer',
  'scheduler',
  'attempt-worker',
  'retention-job',
  'whole system',
  'PostgreSQL',
  'Redis',
  'SMTP server',
  'clock',
] as const;
export type Component = (typeof components)[number];

/** One fault under load. What must hold of every scenario (nothing lost, nothing doubled beyond what was in flight) is held by the runner. */
export interface Scenario {
  /** Kebab-case; names it on the command line and in idempotency keys. */
  readonly id: string;
  readonly component: Component;
  /** The commit point or the fault, in a few words, for the matrix. */
  readonly fault: string;
  /** Part of the short form, which continuous integration runs. */
  readonly short?: true;
  /** The same with another number of commands, where that can be chosen: `--commands`. */
  readonly sized?: (commands: number) => Scenario;
  /** Causes the fault and what is special to it; everything is healed, restarted and verified afterwards. */
  run(stage: Stage): Promise<void>;
}
