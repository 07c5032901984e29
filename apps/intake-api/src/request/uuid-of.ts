import { isUuid } from '@mail/domain';
import { ProblemError } from '../problem.js';

/** The id in a path, in its normal form. What is no UUID names nothing: `what` is the word for it, such as `delivery`. */
export function uuidOf(id: string, what: string): string {
  if (!isUuid(id)) throw ProblemError.of('not_found', `There is no such ${what}: an id is a UUID.`);
  return id.toLowerCase();
}
