import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isUuid, uuidV7 } from './uuid-v7.js';

const times = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const tenBytes = fc.uint8Array({ minLength: 10, maxLength: 10 });

it('is the example of RFC 9562, appendix A.6', () => {
  expect(uuidV7(0x017f22e279b0, Buffer.from('0cc318c4dc0c0c07398f', 'hex'))).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

it('says version 7 and the variant of the RFC, whatever the random bytes', () => {
  fc.assert(
    fc.property(times, tenBytes, (nowMs, random) => {
      expect(uuidV7(nowMs, random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});

it('sorts by time, whatever the random bytes', () => {
  fc.assert(
    fc.property(times, times, tenBytes, tenBytes, (one, other, random, otherRandom) => {
      fc.pre(one < other);
      expect(uuidV7(one, random) < uuidV7(other, otherRandom)).toBe(true);
    }),
  );
});

it('keeps every random bit that version and variant leave', () => {
  fc.assert(
    fc.property(times, tenBytes, tenBytes, (nowMs, random, otherRandom) => {
      const kept = (bytes: Uint8Array): string => {
        const left = Buffer.from(bytes);
        left[0] = (left[0] ?? 0) & 0x0f;
        left[2] = (left[2] ?? 0) & 0x3f;
        return left.toString('hex');
      };
      expect(uuidV7(nowMs, random) === uuidV7(nowMs, otherRandom)).toBe(kept(random) === kept(otherRandom));
    }),
  );
});

describe('a text may be given to a uuid parameter only in the one form of RFC 9562', () => {
  test.each([
    ['017f22e2-79b0-7cc3-98c4-dc0c0c07398f', true],
    ['017F22E2-79B0-7CC3-98C4-DC0C0C07398F', true],
    ['00000000-0000-0000-0000-000000000000', true],
    ['', false],
    ['017f22e279b07cc398c4dc0c0c07398f', false],
    ['{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}', false],
    ['017f22e2-79b0-7cc3-98c4-dc0c0c07398g', false],
    ['017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n', false],
    ["017f22e2-79b0-7cc3-98c4-dc0c0c07398f' or true", false],
  ])('%j: %s', (text, yes) => {
    expect(isUuid(text)).toBe(yes);
  });
});
