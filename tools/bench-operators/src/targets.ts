import type { Measured } from './measure.ts';

/** 99 of 100 requests are answered within this. */
export const P99_MS = 50;
/** The median with many deliveries against that with few. */
export const RATIO = 1.5;

/** Counts each state up to a cap, and so less with few: bounded, not flat. */
const COUNTS_TO_A_CAP = 'stats';

export const ratioOf = ({ many, few }: Measured): number => many.medianMs / few.medianMs;

/** What is missed, in words; none: it holds. */
export function missesOf(measured: Measured): string[] {
  const ratio = ratioOf(measured);
  return [
    ...(measured.many.p99Ms < P99_MS ? [] : [`p99 ${measured.many.p99Ms.toFixed(1)} ms`]),
    ...(ratio <= RATIO || measured.list === COUNTS_TO_A_CAP ? [] : [`ratio ${ratio.toFixed(2)}`]),
  ];
}

export const HEAD = ['list', 'page', 'median', `p99 (< ${P99_MS} ms)`, 'median with few', `ratio (≤ ${RATIO})`, ''] as const;

/** As it is printed and written, in the order of HEAD. */
export function rowOf(measured: Measured): string[] {
  const { list, page, depth, many, few } = measured;
  const misses = missesOf(measured);
  return [
    list,
    page === 'first' ? 'first' : `${depth} deep`,
    `${many.medianMs.toFixed(1)} ms`,
    `${many.p99Ms.toFixed(1)} ms`,
    `${few.medianMs.toFixed(1)} ms`,
    ratioOf(measured).toFixed(2),
    misses.length === 0 ? 'met' : `missed: ${misses.join(', ')}`,
  ];
}
