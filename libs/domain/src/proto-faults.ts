import { jsonPointer } from './json-pointer.js';
import type { Fault } from './problem.js';
import { MAX_FAULTS } from './validation-failed.js';

/**
 * The members named `__proto__`, at any depth of a parsed JSON value; at most one more than are told. A validator that copies an object
 * drops such a member without a word, and an assignment would change the copy's prototype.
 */
export function protoFaults(value: unknown): Fault[] {
  const faults: Fault[] = [];
  collect(value, [], faults);
  return faults;
}

/** Whether to look further. */
function collect(value: unknown, path: PropertyKey[], faults: Fault[]): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every((entry, index) => within(entry, index, path, faults));
  return Object.keys(value).every((name) => {
    if (name !== '__proto__') return within((value as Record<string, unknown>)[name], name, path, faults);
    faults.push({ pointer: jsonPointer([...path, name]), detail: 'is not a known property' });
    return faults.length <= MAX_FAULTS;
  });
}

function within(value: unknown, step: PropertyKey, path: PropertyKey[], faults: Fault[]): boolean {
  if (typeof value !== 'object' || value === null) return true;
  path.push(step);
  const further = collect(value, path, faults);
  path.pop();
  return further;
}
