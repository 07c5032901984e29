import { isRetryable } from './classify-database-error.js';

const RETRIES = 3;

/** Does the work again, up to three times, where it failed by a deadlock or a serialisation failure. */
export async function retryingDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let left = RETRIES; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !isRetryable(error)) throw error;
    }
  }
}
