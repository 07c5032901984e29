import { hash } from 'node:crypto';
import { canonicalJson } from '@mail/domain';
import type { Place } from '@mail/persistence';
import { ProblemError } from './problem.js';

const VERSION = 1;
const FILTER_BYTES = 8;
const TIME_AT = 1 + FILTER_BYTES;
const ID_AT = TIME_AT + 6;
const LENGTH = ID_AT + 16;

/**
 * Where a page of a list ended, for the next one: a version, a hash of the list and its filters, and the last row's place, in base64url.
 * Opaque to callers.
 */
export function listCursor(list: string, filter: object, { at, id }: Place): string {
  const bytes = Buffer.alloc(LENGTH);
  bytes[0] = VERSION;
  filterHash(list, filter).copy(bytes, 1);
  bytes.writeUIntBE(at.getTime(), TIME_AT, 6);
  bytes.write(id.replaceAll('-', ''), ID_AT, 'hex');
  return bytes.toString('base64url');
}

/** The place that a cursor names; refused with `invalid_cursor` where it is not whole, or was made for another list or other filters. */
export function placeOf(cursor: string, list: string, filter: object): Place {
  const bytes = Buffer.from(cursor, 'base64url');
  const whole = bytes.length === LENGTH && bytes[0] === VERSION && bytes.toString('base64url') === cursor;
  if (!whole || !bytes.subarray(1, TIME_AT).equals(filterHash(list, filter))) {
    throw ProblemError.of('invalid_cursor', 'The cursor is not whole, or was made for other filters: begin without one.');
  }
  const hex = bytes.toString('hex', ID_AT);
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return { at: new Date(bytes.readUIntBE(TIME_AT, 6)), id };
}

function filterHash(list: string, filter: object): Buffer {
  return hash('sha256', canonicalJson([list, filter]), 'buffer').subarray(0, FILTER_BYTES);
}
