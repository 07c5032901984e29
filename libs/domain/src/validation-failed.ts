import type { Fault, Refusal } from './problem.js';

/** So many faults are told of one command. That there are more is said in the refusal's detail. */
export const MAX_FAULTS = 50;

/**
 * `validation_failed`, in the words of its first fault. Whoever looks for faults stops at `MAX_FAULTS` + 1: the last one is not told, and
 * stands for all that were not looked for.
 */
export function validationFailed(faults: readonly Fault[]): Refusal {
  const [first = { pointer: '', detail: 'is not valid' }] = faults;
  return {
    code: 'validation_failed',
    detail: `${countOf(faults)} at "${first.pointer}": ${first.detail}`,
    faults: faults.slice(0, MAX_FAULTS),
  };
}

/** How many faults there are, in words that a place follows. */
export function countOf(faults: readonly Fault[]): string {
  if (faults.length <= 1) return 'one fault';
  return faults.length > MAX_FAULTS ? `more than ${MAX_FAULTS} faults, the first` : `${faults.length} faults, the first`;
}
