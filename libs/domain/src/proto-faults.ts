import { jsonPointer } from './json-pointer.js';
import type { Fault } from './problem.js';

/**
 * Every member named `__proto__`, at any depth of a parsed JSON value. A validator that copies an object drops such a member
 * without a word, and an assignment would change the copy's prototype.
 */
export function protoFaults(value: unknown): Fault[] {
  const faults: Fault[] = [];
  collect(value, [], faults);
  return faults;
}

function collect(value: unknown, path: PropertyKey[], faults: Fault[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    value.forEach((entry, index) => within(entry, index, path, faults));
    return;
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') faults.push({ pointer: jsonPointer([...path, name]), detail: 'is not a known property' });
    else within((value as Record<string, unknown>)[name], name, path, faults);
  }
}

function within(value: unknown, step: PropertyKey, path: PropertyKey[], faults: Fault[]): void {
  if (typeof value !== 'object' || value === null) return;
  path.push(step);
  collect(value, path, faults);
  path.pop();
}
