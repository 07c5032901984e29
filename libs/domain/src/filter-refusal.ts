import type { z } from 'zod';
import type { Fault, Refusal } from './problem.js';
import { validationFailed } from './validation-failed.js';

/** Says what is wrong with a parameter where its schema has no words of its own. */
export function filterFaultDetail(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return Array.isArray(issue.input) ? 'must be there once' : 'must be text';
  if (issue.code === 'too_big') return `must not have more than ${issue.maximum} characters`;
  return 'is not valid';
}

/** `validation_failed`, in the words of its first fault unless others are given. */
export function filterRefusal(faults: readonly Fault[], detail?: string): { readonly ok: false; readonly refusal: Refusal } {
  const refusal = validationFailed(faults);
  return { ok: false, refusal: detail === undefined ? refusal : { ...refusal, detail } };
}
