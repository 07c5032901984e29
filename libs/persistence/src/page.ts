import type { AcceptedWithin } from '@mail/domain';

/** A row's place in a list: by time, then by id. */
export interface Place {
  readonly at: Date;
  readonly id: string;
}

/** The next `limit` rows after a place, or the first ones. Lists are newest first. */
export interface Page {
  readonly after: Place | null;
  readonly limit: number;
}

const LEAST_ID = '00000000-0000-0000-0000-000000000000';

/** $1 to $4 of a list: before (time, id), not before a time, at most so many. A place is never later than the end of its period. */
export function pageBounds({ after, limit }: Page, { createdFrom, createdTo }: AcceptedWithin): [string, string, string, number] {
  const [at, id] = after === null ? [createdTo ?? 'infinity', LEAST_ID] : [after.at.toISOString(), after.id];
  return [at, id, createdFrom ?? '-infinity', limit];
}
