import type { z } from 'zod';
import { jsonPointer } from './json-pointer.js';
import type { Fault } from './problem.js';

/** The faults of a command, in a caller's words. No detail repeats what was given: it may be a secret. */
export function commandFaults(issues: readonly z.core.$ZodIssue[]): Fault[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => ({ pointer: jsonPointer([...issue.path, name]), detail: 'is not a known property' }))
      : [
          {
            pointer: jsonPointer(issue.path),
            detail: issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message,
          },
        ],
  );
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
