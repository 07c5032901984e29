import { randomBytes } from 'node:crypto';
import { uuidV7, type FreshIds } from '@mail/domain';

/** Fetched from the kernel at once: a call for each id costs more than the rest of an acceptance. */
const POOL_BYTES = 8192;
let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes that are given out once; a used-up pool is left to those who hold parts of it. */
function random(bytes: number): Buffer {
  if (used + bytes > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}

/** A new UUIDv7. */
export function newId(): string {
  return uuidV7(Date.now(), random(10));
}

/** The ids and the salt of a new delivery. */
export function freshIds(): FreshIds {
  return { deliveryId: newId(), attemptId: newId(), salt: random(16) };
}
