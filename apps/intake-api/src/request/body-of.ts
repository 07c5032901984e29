import { ProblemError } from '../problem.js';
import { ReceivedBody } from '../receive/receive-body.js';

/** The bytes of a body that a request must have. They can be taken once: what is made of them needs the memory. */
export function bodyOf(body: unknown): Buffer {
  const bytes = optionalBodyOf(body);
  if (bytes !== null) return bytes;
  throw ProblemError.of('unsupported_media_type', 'Send the command as a body of type application/json.');
}

/** As `bodyOf`, of a body that may be left out. */
export function optionalBodyOf(body: unknown): Buffer | null {
  if (body === undefined || body === null) return null;
  if (body instanceof ReceivedBody) return body.take();
  throw ProblemError.of('unsupported_media_type', 'Send the body as application/json.');
}
