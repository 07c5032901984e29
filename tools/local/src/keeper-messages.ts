import type { LockHolder } from './run-lock.ts';

/** What a kept process is started with. */
export interface ProcessSpec {
  /** Names the process in messages; one process of a name at a time. */
  readonly name: string;
  /** Applications end before the services that they use. */
  readonly tier: 'application' | 'service';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Its output is appended here. */
  readonly logFile: string;
  /** Asks it to end in order. */
  readonly stopSignal: NodeJS.Signals;
  /** How long it may take to end once asked, in ms; then it is killed. */
  readonly stopWithinMs: number;
  /** Runs it as somebody else, which only root can. */
  readonly runAs?: RunAs;
}

export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export type ToKeeper =
  | { readonly type: 'start'; readonly spec: ProcessSpec }
  | { readonly type: 'signal'; readonly name: string; readonly signal: NodeJS.Signals }
  /** Ends one in its own order. */
  | { readonly type: 'stop'; readonly name: string }
  /** Ends all, applications first, and then the keeper; at once by SIGKILL if `now`. */
  | { readonly type: 'stop-all'; readonly now: boolean }
  /** Where what runs can be reached: told to whoever asks for the lock. */
  | { readonly type: 'where'; readonly where: readonly string[] };

export type FromKeeper =
  | { readonly type: 'ready' }
  /** Another keeper of the same lock is alive, and holds it for something that goes on; null: it does not say what. */
  | { readonly type: 'locked'; readonly holder: LockHolder | null }
  | { readonly type: 'started'; readonly name: string; readonly pid: number }
  | { readonly type: 'failed'; readonly name: string; readonly message: string }
  | { readonly type: 'exited'; readonly name: string; readonly code: number | null; readonly signal: NodeJS.Signals | null };
