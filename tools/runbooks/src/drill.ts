import type { Stage } from '@mail/faults/stage';
import type { App } from '@mail/local/app-environment';
import type { Theatre } from './theatre.ts';

/** What a drill acts on: the system, traffic of its own, and what Prometheus sees. */
export interface Scene extends Stage, Theatre {
  /** Gives an app settings of its own, as a deployment's, and waits until all is well again. */
  configure(apps: readonly App[], env: Readonly<Record<string, string>>): Promise<void>;
  /** Accepts so many login codes, each for somebody else. */
  sendCodes(count: number): Promise<void>;
  /** Waits until every mail that this drill sent has reached the SMTP server. */
  allReceived(withinMs?: number): Promise<void>;
  /** Is done once the drill is over, whatever came of it. */
  atEnd(ending: () => Promise<unknown>): void;
  release(): Promise<void>;
}

/** An alert, made to fire by a fault that is real, and then mended by its runbook alone. */
export interface Drill {
  readonly alert: string;
  /** The fault, in a few words. */
  readonly fault: string;
  /** Other alerts that this fault may raise as well, each with why. */
  readonly also?: Readonly<Record<string, string>>;
  cause(scene: Scene): Promise<void>;
  /** What the diagnosis must show of this fault. */
  readonly shows: readonly RegExp[];
  /** What the runbook asks, in words, of somebody else; done after the diagnosis. */
  others?(scene: Scene): Promise<void>;
  /** What its runbook asks is asked of others: no command of ours mends it. */
  readonly endsByItself?: true;
  /** How long the alert may take to end once the runbook was followed: windows have to pass. */
  readonly endsWithinMs?: number;
  /** What must have become of the mails, once all is well. */
  afterwards?(scene: Scene): Promise<void>;
}
