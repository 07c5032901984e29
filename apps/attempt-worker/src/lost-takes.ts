import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@mail/runtime';

export interface LostTakesOptions {
  /** Gives back what is in progress by this worker, but for these attempts. Returns the ids of what it gave back. */
  readonly giveBack: (known: readonly string[]) => Promise<string[]>;
  /** The attempts whose mail this worker sends, or may have sent. */
  readonly known: () => readonly string[];
  /** How long a statement may still take effect after its answer did not come, in ms. */
  readonly effectMs: number;
  readonly logger: Logger;
}

/** Short against a claim's deadline; and an answer is seldom lost. */
const LOOK_EVERY_MS = 500;

/**
 * Takes whose answer never came. Such a statement may have taken effect, or may yet, for as long as the server lets it run: its
 * attempts count as in progress, though nothing of them is sent. They are given back, before recovery has to call them uncertain.
 */
export class LostTakes {
  #looksUntilMs = -Infinity;
  #nextLookMs = -Infinity;
  #doubt = false;

  constructor(private readonly options: LostTakesOptions) {}

  /** A take's answer did not come. `effectMs` is 0 where it is known that the take has taken effect. */
  add(effectMs = this.options.effectMs): void {
    const nowMs = performance.now();
    this.#doubt = true;
    this.#looksUntilMs = Math.max(this.#looksUntilMs, nowMs + effectMs);
    this.#nextLookMs = nowMs;
  }

  /** Gives back what is bound to this worker by now, if it is time to look. Never to be called while a take is under way. */
  async look(): Promise<void> {
    const nowMs = performance.now();
    if (!this.#doubt || nowMs < this.#nextLookMs) return;
    try {
      const { giveBack, known, logger } = this.options;
      for (const attempt_id of await giveBack(known())) {
        logger.warn({ event: 'attempt_given_back', attempt_id }, 'an attempt that was taken, but never started here, was given back');
      }
    } catch (error) {
      // What holds up this statement may hold up the lost one as well.
      this.add();
      throw error;
    }
    this.#doubt = nowMs < this.#looksUntilMs;
    this.#nextLookMs = Math.min(nowMs + LOOK_EVERY_MS, this.#looksUntilMs);
  }

  /** Looks until nothing more can come. */
  async settled(): Promise<void> {
    while (this.#doubt) {
      await this.look().catch((error: unknown) => {
        this.options.logger.warn({ event: 'give_back_failed', err: error }, 'attempts that never started cannot be given back yet');
        this.#nextLookMs += LOOK_EVERY_MS;
      });
      await sleep(Math.max(0, this.#nextLookMs - performance.now()));
    }
  }
}
