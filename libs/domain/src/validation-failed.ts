import type { Fault, Refusal } from './problem.js';

/** So many are told, however many there are. */
const MAX_FAULTS = 50;

/** `validation_failed`, in the words of its first fault. */
export function validationFailed(...faults: readonly Fault[]): Refusal {
  const [first = { pointer: '', detail: 'is not valid' }] = faults;
  const many = faults.length === 1 ? 'one fault' : `${faults.length} faults, the first`;
  return { code: 'validation_failed', detail: `${many} at "${first.pointer}": ${first.detail}`, faults: faults.slice(0, MAX_FAULTS) };
}
