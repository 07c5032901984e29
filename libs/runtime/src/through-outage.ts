import { setTimeout as sleep } from 'node:timers/promises';

export interface ThroughOutageOptions {
  /** Whether an error may pass by itself; any other is thrown at once. */
  readonly isOutage: (error: unknown) => boolean;
  readonly onRetry: (error: unknown) => void;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;

/** Repeats what can be repeated safely until it succeeds, or fails for another reason than an outage. */
export async function throughOutage<T>(work: () => Promise<T>, { isOutage, onRetry }: ThroughOutageOptions): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isOutage(error)) throw error;
      onRetry(error);
      await sleep(waitMs);
    }
  }
}
