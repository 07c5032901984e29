import { describe, expect, it } from 'vitest';
import { throughOutage } from './through-outage.js';

const OUTAGE = new Error('outage');
const isOutage = (error: unknown): boolean => error === OUTAGE;

describe('work through an outage', () => {
  it('is repeated until it succeeds', async () => {
    const retried: unknown[] = [];
    let left = 2;
    const work = () => (left-- > 0 ? Promise.reject(OUTAGE) : Promise.resolve('done'));
    expect(await throughOutage(work, { isOutage, onRetry: (error) => retried.push(error) })).toBe('done');
    expect(retried).toEqual([OUTAGE, OUTAGE]);
  });

  it('fails at once of anything else', async () => {
    let calls = 0;
    const work = () => Promise.reject(new Error(`bug ${++calls}`));
    await expect(throughOutage(work, { isOutage, onRetry: () => undefined })).rejects.toThrow('bug 1');
    expect(calls).toBe(1);
  });
});
