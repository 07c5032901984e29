import { parseIdempotencyKey } from '@mail/domain';
import { ProblemError } from '../problem.js';
import type { RequestHeaders } from './request-headers.js';

/** The `Idempotency-Key` that a request must have. */
export function idempotencyKeyOf(headers: RequestHeaders): string {
  const parsed = parseIdempotencyKey(headers['idempotency-key']);
  if (!parsed.ok)
    throw new ProblemError({ ...parsed.refusal, detail: 'Send an Idempotency-Key header of 1 to 255 visible ASCII characters.' });
  return parsed.key;
}
