import type { RequestHeaders } from './request-headers.js';

// Spaces within, since names have them; nothing that could break a line of a log or of a terminal.
const VISIBLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;

/** Who asks, as `X-Operator` says: 1 to 128 visible ASCII characters, and believed; else `unknown`. */
export function operatorOf(headers: RequestHeaders): string {
  const operator = headers['x-operator'];
  return operator !== undefined && VISIBLE.test(operator) ? operator : 'unknown';
}
