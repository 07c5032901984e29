import type { MeasuredAcceptance } from './measure-acceptance.ts';

/** What is accepted with the indexes of the lists, of what is accepted without them. */
export const ACCEPTANCE = 0.8;

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The median of the ratios, each of one round: whatever else the machine does costs both sides of one alike. */
export function acceptanceRatio({ withIndexes, without }: MeasuredAcceptance): number {
  return medianOf(withIndexes.map((rate, round) => rate / (without[round] ?? NaN)));
}

export const missesAcceptance = (measured: MeasuredAcceptance): boolean => !(acceptanceRatio(measured) >= ACCEPTANCE);

export const ACCEPTANCE_HEAD = ['accepted, commands/s', 'with the indexes', 'without them', `ratio (≥ ${ACCEPTANCE})`, ''] as const;

/** In the order of ACCEPTANCE_HEAD. */
export function acceptanceRow(measured: MeasuredAcceptance): string[] {
  const { door, withIndexes, without } = measured;
  const rates = [withIndexes, without].map((each) => String(Math.round(medianOf(each))));
  return [door, ...rates, acceptanceRatio(measured).toFixed(2), missesAcceptance(measured) ? 'missed' : 'met'];
}
