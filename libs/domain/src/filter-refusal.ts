import type { z } from 'zod';
import type { Fault, Refusal } from './problem.js';

const MAX_FAULTS = 50;

/** Says what is wrong with a parameter where its schema has no words of its own. */
export function filterFaultDetail(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return Array.isArray(issue.input) ? 'must be there once' : 'must be text';
  if (issue.code === 'too_big') return `must not have more than ${issue.maximum} characters`;
  return 'is not valid';
}

/** `validation_failed`, in the words of its first fault unless others are given. */
export function filterRefusal(faults: readonly Fault[], detail?: string): { readonly ok: false; readonly refusal: Refusal } {
  const [first = { pointer: '', detail: 'is not valid' }] = faults;
  const words = `${faults.length === 1 ? 'one fault' : `${faults.length} faults, the first`} at "${first.pointer}": ${first.detail}`;
  return { ok: false, refusal: { code: 'validation_failed', detail: detail ?? words, faults: faults.slice(0, MAX_FAULTS) } };
}
