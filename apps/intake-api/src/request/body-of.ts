import { ProblemError } from '../problem.js';

/** The bytes of a body that a request must have. */
export function bodyOf(body: unknown): Buffer {
  const bytes = optionalBodyOf(body);
  if (bytes !== null) return bytes;
  throw ProblemError.of('unsupported_media_type', 'Send the command as a body of type application/json.');
}

/** The bytes of a body that may be left out. */
export function optionalBodyOf(body: unknown): Buffer | null {
  if (body === undefined || body === null) return null;
  if (Buffer.isBuffer(body)) return body;
  throw ProblemError.of('unsupported_media_type', 'Send the body as application/json.');
}
