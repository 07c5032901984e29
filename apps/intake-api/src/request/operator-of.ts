import { isUtf8 } from 'node:buffer';
import { VISIBLE_CHARACTER } from '@mail/domain';
import type { RequestHeaders } from './request-headers.js';

// Of any script, spaces within, since names have them; nothing that could break a line of a log or of a terminal, or turn its direction.
const OPERATOR = new RegExp(`^${VISIBLE_CHARACTER}(?:(?:${VISIBLE_CHARACTER}| ){0,126}${VISIBLE_CHARACTER})?$`, 'u');

/** Who asks, as `X-Operator` says: 1 to 128 visible characters, and believed; else `unknown`. */
export function operatorOf(headers: RequestHeaders): string {
  const given = headers['x-operator'];
  if (given === undefined) return 'unknown';
  // HTTP gives octets, one a character. They are UTF-8, or of a caller who knows ISO-8859-1 alone.
  const octets = Buffer.from(given, 'latin1');
  const operator = (isUtf8(octets) ? octets.toString('utf8') : given).normalize('NFC');
  return OPERATOR.test(operator) ? operator : 'unknown';
}
