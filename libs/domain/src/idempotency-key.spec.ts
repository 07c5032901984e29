import { describe, expect, test } from 'vitest';
import { parseIdempotencyKey } from './idempotency-key.js';

describe('a key of 1 to 255 visible ASCII characters is kept as it is', () => {
  test.each(['a', '!~', 'b2c4-4f', '"quoted"', 'x'.repeat(255)])('%s', (key) => {
    expect(parseIdempotencyKey(key)).toEqual({ ok: true, key });
  });
});

describe('any other is missing_idempotency_key', () => {
  test.each([undefined, '', ' ', 'a b', 'a\n', '\u007f', 'ü', 'x'.repeat(256)])('%j', (key) => {
    expect(parseIdempotencyKey(key)).toMatchObject({ ok: false, refusal: { code: 'missing_idempotency_key' } });
  });
});
