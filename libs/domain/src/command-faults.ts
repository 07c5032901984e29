import type { z } from 'zod';
import { jsonPointer } from './json-pointer.js';
import type { Fault } from './problem.js';
import { MAX_FAULTS } from './validation-failed.js';

/** The faults of a command, in a caller's words; at most one more than are told. No detail repeats what was given: it may be a secret. */
export function commandFaults(issues: readonly z.core.$ZodIssue[]): Fault[] {
  const faults: Fault[] = [];
  for (const issue of issues) {
    for (const fault of faultsOf(issue)) {
      if (faults.push(fault) > MAX_FAULTS) return faults;
    }
  }
  return faults;
}

function* faultsOf(issue: z.core.$ZodIssue): Iterable<Fault> {
  if (issue.code === 'unrecognized_keys') {
    for (const name of issue.keys) yield { pointer: jsonPointer([...issue.path, name]), detail: 'is not a known property' };
    return;
  }
  const detail = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  yield { pointer: jsonPointer(issue.path), detail };
}

const KINDS: Readonly<Record<string, string>> = { array: 'an array', object: 'an object', record: 'an object' };

/** Says what is wrong where the schema has no words of its own. */
export function commandFaultDetail(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? `a ${issue.expected}`}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_union':
      return 'must be "rendered" or "template"';
    case 'too_small':
      return 'must not be empty';
    case 'too_big':
      return `must not have more than ${issue.maximum} ${issue.origin === 'array' ? 'entries' : 'characters'}`;
    default:
      return 'is not valid';
  }
}
