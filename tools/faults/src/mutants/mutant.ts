import type { App } from '../world/mail-apps.ts';
import type { Sign } from './signs.ts';

/** Exactly one place of a built file, and what stands there instead. */
export interface Edit {
  /** Below the root. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** A service that breaks one promise on purpose: the suite is worth something only if it finds out. */
export interface Mutant {
  /** Kebab-case; names it on the command line. */
  readonly id: string;
  /** What is wrong with it, in words. */
  readonly what: string;
  /** The processes that run what is edited. */
  readonly apps: readonly App[];
  readonly edits: readonly Edit[];
  /** Ids of scenarios that pass without it; one of them must find it out. */
  readonly scenarios: readonly string[];
  /** What gives it away. Anything else, a process that does not start say, is no proof. */
  readonly signs: readonly Sign[];
}
