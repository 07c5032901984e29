import { describe, expect, it, test } from 'vitest';
import { compareEntryIds } from './entry-id.js';

describe('entry ids are ordered as Redis orders them', () => {
  test.each([
    ['0-0', '0-1'],
    ['0-1', '1-0'],
    ['9-0', '10-0'],
    ['1-9', '1-10'],
    ['999-999', '1000-0'],
    ['1526919030474-55', '1526919030474-56'],
    ['18446744073709551614-18446744073709551615', '18446744073709551615-0'],
    ['18446744073709551615-18446744073709551614', '18446744073709551615-18446744073709551615'],
    // Past 2^53 two numbers would be the same.
    ['9007199254740992-0', '9007199254740993-0'],
  ])('%s comes before %s', (left, right) => {
    expect(compareEntryIds(left, right)).toBeLessThan(0);
    expect(compareEntryIds(right, left)).toBeGreaterThan(0);
  });

  it('an id without its sequence is the first of its time', () => {
    expect(compareEntryIds('5', '5-0')).toBe(0);
    expect(compareEntryIds('5', '5-1')).toBeLessThan(0);
  });

  it('an id is equal to itself', () => {
    expect(compareEntryIds('1526919030474-55', '1526919030474-55')).toBe(0);
  });
});
