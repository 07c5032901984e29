import type { Clock } from './clock.ts';

/** Some servers with one queue: the cores of a machine, or the one thread of a process. */
export class Station {
  readonly #clock: Clock;
  readonly #servers: number;
  readonly #waiting: { readonly workMs: number; readonly done: () => void }[] = [];
  #busy = 0;
  #next = 0;
  #workedMs = 0;

  constructor(clock: Clock, servers: number) {
    this.#clock = clock;
    this.#servers = servers;
  }

  /** `done` happens once a server has worked on it for so long. */
  serve(workMs: number, done: () => void): void {
    this.#waiting.push({ workMs, done });
    this.#start();
  }

  /** The share of its time that a server has worked, from 0 to 1. */
  utilisation(sinceMs: number, workedBeforeMs: number): number {
    return (this.#workedMs - workedBeforeMs) / ((this.#clock.nowMs - sinceMs) * this.#servers);
  }

  /** Counts work that nobody waited for here. */
  worked(ms: number): void {
    this.#workedMs += ms;
  }

  get workedMs(): number {
    return this.#workedMs;
  }

  #start(): void {
    while (this.#busy < this.#servers && this.#next < this.#waiting.length) {
      const job = this.#waiting[this.#next++];
      if (job === undefined) return;
      this.#busy += 1;
      this.#clock.after(job.workMs, () => {
        this.#workedMs += job.workMs;
        this.#busy -= 1;
        job.done();
        this.#start();
      });
    }
    if (this.#next > 1000) this.#next -= this.#waiting.splice(0, this.#next).length;
  }
}
