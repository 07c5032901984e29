/** The one time limit of an attempt, whatever the attempt is doing when it passes. */
export class Deadline {
  readonly ms: number;
  readonly #timer: NodeJS.Timeout;
  #passed = false;
  #onPassed: () => void = () => {};

  constructor(ms: number) {
    this.ms = ms;
    this.#timer = setTimeout(() => {
      this.#passed = true;
      this.#onPassed();
    }, ms);
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
}
