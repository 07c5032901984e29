import { isReadTimeout } from '@mail/persistence';
import { ProblemError } from './problem.js';

/** Bounds an operator's request: 504 past it. What it waits for is bounded in the database as well. */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const tooLate = () => ProblemError.of('operator_timeout', `There was no answer within ${timeoutMs} ms (MAIL_OPERATOR_REQUEST_TIMEOUT).`);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw isReadTimeout(error) ? tooLate() : error;
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
