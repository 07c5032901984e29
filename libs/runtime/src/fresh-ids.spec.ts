import { isUuid } from '@mail/domain';
import { describe, expect, it } from 'vitest';
import { freshIds, newId } from './fresh-ids.js';

describe('fresh ids', () => {
  it('are UUIDs of version 7, none given twice', () => {
    const ids = Array.from({ length: 5000 }, newId);
    expect(ids.every((id) => isUuid(id) && id[14] === '7')).toBe(true);
    expect(new Set(ids).size).toBe(5000);
  });

  it('share no randomness with one another, nor with the salt', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 2000; round += 1) {
      const { deliveryId, attemptId, salt } = freshIds();
      for (const part of [deliveryId.slice(-12), attemptId.slice(-12), salt.toString('hex')]) seen.add(part);
      expect(salt).toHaveLength(16);
    }
    expect(seen.size).toBe(6000);
  });
});
