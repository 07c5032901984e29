import { formatDuration, parseDuration } from '@mail/domain';
import { kind, type Kind } from './kind.js';

const HOUR_MS = 3_600_000;

/** A Go-style duration between two such, in ms. */
export function duration(least: string, most = '1h'): Kind<number> {
  const leastMs = boundMs(least);
  const mostMs = boundMs(most);
  return kind(`a duration such as ${example(leastMs, mostMs)}, from ${least} to ${most}`, (text) => {
    const read = parseDuration(text);
    return read.ok && read.ms >= leastMs && read.ms <= mostMs ? { value: read.ms } : null;
  });
}

const boundMs = (text: string): number => {
  const read = parseDuration(text);
  if (!read.ok) throw new Error(`${text} ${read.detail}`);
  return read.ms;
};

const example = (leastMs: number, mostMs: number): string =>
  [250, 2_000, 90_000, 168 * HOUR_MS]
    .filter((ms) => ms >= leastMs && ms <= mostMs)
    .map(formatDuration)
    .join(', ');
