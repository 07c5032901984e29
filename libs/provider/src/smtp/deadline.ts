/** The one time limit of an attempt, whatever the attempt is doing when it passes. */
export class Deadline {
  readonly ms: number;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAtMs = performance.now();
  #passed = false;
  #onPassed: () => void = () => {};

  constructor(ms: number) {
    this.ms = ms;
    this.#timer = setTimeout(() => afterPoll(() => this.#pass()), ms);
  }

  get leftMs(): number {
    return Math.max(0, this.#startedAtMs + this.ms - performance.now());
  }

  /** Says what is to be ended when time is up, in place of what was said before; at once if it is already. */
  ends(what: () => void): void {
    this.#onPassed = what;
    if (this.#passed) what();
  }

  /** Nothing ends any more. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#onPassed = () => {};
  }

  #pass(): void {
    this.#passed = true;
    this.#onPassed();
  }
}

/**
 * After the sockets have been read. A process that was frozen, or busy, past its deadline sees the timer before the reply that
 * came in time and waits in the socket; twice, since one poll need not bring all that is there.
 */
export function afterPoll(then: () => void): void {
  setImmediate(() => setImmediate(then));
}
