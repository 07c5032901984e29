/** Claims of one lane that wait for a worker. */
export interface LaneCount {
  /** Claimed and not yet taken, before this turn's claims. */
  readonly waiting: number;
  /** Claimed in this turn. */
  readonly claimed: number;
}

const SMALLEST = 50;
/** Weight of the newest measurement in the mean rate. */
const SMOOTHING = 0.3;

/**
 * How many claims of one lane may wait for a worker: about what workers take in a second, from 50 up to a cap. Claiming little
 * ahead is what lets urgent mail overtake; claiming too little starves the workers, so that a window found empty doubles.
 */
export class ClaimWindow {
  private size: number;
  private takenPerSecond = 0;
  private left = 0;
  private foundEmpty = true;
  private filled = false;
  private measuredAtMs: number | null = null;

  constructor(private readonly cap: number) {
    this.size = Math.min(SMALLEST, cap);
  }

  /** The most that may be claimed and waiting. */
  get limit(): number {
    return this.size;
  }

  /** The time in which workers take a quarter of it, in ms, as fast as they have been. */
  get quarterMs(): number {
    return (this.size / 4 / this.takenPerSecond) * 1000;
  }

  /** Whether the last turn claimed as much as it might: more may be due. */
  get isFull(): boolean {
    return this.filled;
  }

  /** Whether the last turn found nothing waiting: workers had taken all, or there was nothing. */
  get wasEmpty(): boolean {
    return this.foundEmpty;
  }

  /** Learns from one turn at `nowMs` of a monotonic clock. */
  observe({ waiting, claimed }: LaneCount, nowMs: number): void {
    const limit = this.size;
    if (this.measuredAtMs !== null) {
      const seconds = Math.max(0.001, (nowMs - this.measuredAtMs) / 1000);
      const taken = Math.max(0, this.left - waiting);
      this.takenPerSecond += (taken / seconds - this.takenPerSecond) * SMOOTHING;
      const starved = this.left > 0 && waiting === 0;
      const wanted = starved ? this.size * 2 : Math.max(SMALLEST, Math.round(this.takenPerSecond));
      // Down in small steps: one slow turn must not starve the next.
      this.size = Math.min(this.cap, Math.max(wanted, Math.floor(this.size * 0.9), 1));
    }
    this.foundEmpty = waiting === 0;
    this.filled = waiting + claimed >= limit;
    this.left = waiting + claimed;
    this.measuredAtMs = nowMs;
  }
}
