import type { Refusal } from './problem.js';

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

export type ParsedIdempotencyKey = { readonly ok: true; readonly key: string } | { readonly ok: false; readonly refusal: Refusal };

/** 1 to 255 visible ASCII characters, kept as they are; else `missing_idempotency_key`, for an absent key too. */
export function parseIdempotencyKey(text: string | undefined): ParsedIdempotencyKey {
  if (text !== undefined && VISIBLE_ASCII.test(text)) return { ok: true, key: text };
  const detail = 'the idempotency key must have 1 to 255 visible ASCII characters';
  return { ok: false, refusal: { code: 'missing_idempotency_key', detail, faults: [] } };
}
