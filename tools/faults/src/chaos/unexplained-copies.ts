import type { Kill } from './kill-at-random.ts';

/**
 * The second copies (each by its recipient, once for each copy beyond the first) that no kill explains: a kill explains one copy of
 * each mail that was in flight at it.
 */
export function unexplainedCopies(second: readonly string[], kills: readonly Pick<Kill, 'inFlight'>[]): string[] {
  const explained = new Map<string, number>();
  for (const address of kills.flatMap(({ inFlight }) => inFlight)) explained.set(address, (explained.get(address) ?? 0) + 1);
  return second.filter((recipient) => {
    const left = explained.get(recipient) ?? 0;
    explained.set(recipient, left - 1);
    return left <= 0;
  });
}
