import { describe, expect, it, test } from 'vitest';
import { nextReadSize, smallerReadSize } from './read-size.js';

const MIB = 1024 * 1024;

describe('the next read asks for as many entries as 8 MiB hold, by those just seen', () => {
  test.each([
    [500, 500, 500 * 1024, 500, 'small ones: 500 at most'],
    [500, 500, 500 * 64 * 1024, 128, 'of 64 KiB'],
    [128, 128, 128 * MIB, 8, 'of 1 MiB'],
    [8, 8, 8 * 5 * MIB, 1, 'of 5 MiB'],
    [1, 1, 64 * MIB, 1, 'larger than 8 MiB: one all the same'],
    [1, 1, 100, 4, 'four times as many as before, at most'],
    [4, 4, 400, 16, 'and again'],
    [200, 3, 300, 500, 'though fewer came than were asked for'],
    [16, 1, 0, 64, 'of nothing'],
  ])('%i asked, %i came with %i bytes: %i (%s)', (current, entries, bytes, next) => {
    expect(nextReadSize(current, entries, bytes)).toBe(next);
  });
});

it('a read that brought nothing says nothing', () => {
  expect(nextReadSize(37, 0, 0)).toBe(37);
});

it('from one entry the size reaches its bound within five reads', () => {
  let size = 1;
  for (let reads = 0; reads < 5; reads += 1) size = nextReadSize(size, size, size * 1000);
  expect(size).toBe(500);
});

it('after a read that failed or brought too much the size falls to one entry within three', () => {
  expect([500, 62, 7, 1].map(smallerReadSize)).toEqual([62, 7, 1, 1]);
});
