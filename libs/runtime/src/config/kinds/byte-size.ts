import { kind, type Kind } from './kind.js';

const UNIT_BYTES = { B: 1, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 } as const;
const SIZE = /^(\d{1,10})(B|KiB|MiB|GiB)$/;

const bytesOf = (text: string): number | null => {
  const [, count, unit] = SIZE.exec(text) ?? [];
  return count === undefined ? null : Number(count) * UNIT_BYTES[unit as keyof typeof UNIT_BYTES];
};

/** A size such as `512KiB` between two such, in bytes. */
export function byteSize(least: string, most: string): Kind<number> {
  const [leastBytes, mostBytes] = [bytesOf(least), bytesOf(most)];
  if (leastBytes === null || mostBytes === null) throw new Error(`${least} and ${most} must be sizes`);
  return kind(`a size such as 512KiB or 5MiB, from ${least} to ${most}`, (text) => {
    const value = bytesOf(text);
    return value !== null && value >= leastBytes && value <= mostBytes ? { value } : null;
  });
}
