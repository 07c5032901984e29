import { randomUUID } from 'node:crypto';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * A key that nobody has used. Make it where the wish to send arises, and keep it beside the wish: the same key again makes no second
 * mail, whoever tries again, and a new key for every try makes one each time.
 */
export function newIdempotencyKey(): string {
  return randomUUID();
}

/** @throws TypeError unless it has 1 to 255 visible ASCII characters. */
export function checkIdempotencyKey(key: string): void {
  if (!VISIBLE_ASCII.test(key)) throw new TypeError('the idempotency key must have 1 to 255 visible ASCII characters');
}
