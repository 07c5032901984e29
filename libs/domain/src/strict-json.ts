import { isUtf8 } from 'node:buffer';
import type { Refusal } from './problem.js';
import { scanJson } from './scan-json.js';
import { validationFailed } from './validation-failed.js';

export type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refusal: Refusal };

/**
 * One JSON value from bytes, or why not: `command_too_large` past `maxBytes`, `validation_failed` past 20 000 values, else
 * `malformed_json` with a position. The bytes must be UTF-8 without byte order mark; for the rest see `scanJson`. Never throws,
 * whatever the bytes.
 */
export function parseStrictJson(bytes: Uint8Array, maxBytes: number): ParsedJson {
  if (bytes.length > maxBytes) return refused('command_too_large', `the command has ${bytes.length} bytes, of ${maxBytes} at most`);
  if (!isUtf8(bytes)) return refused('malformed_json', `not UTF-8 at byte ${firstInvalidByte(bytes)}`);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  if (text.startsWith('\ufeff')) return refused('malformed_json', 'a byte order mark at byte 0');
  const fault = scanJson(text);
  if (fault?.kind === 'too_many_values') return { ok: false, refusal: validationFailed([{ pointer: '', detail: fault.detail }]) };
  if (fault !== null) return refused('malformed_json', `${fault.detail} at character ${fault.position}`);
  return { ok: true, value: JSON.parse(text) };
}

function refused(code: 'malformed_json' | 'command_too_large', detail: string): ParsedJson {
  return { ok: false, refusal: { code, detail, faults: [{ pointer: '', detail }] } };
}

/** Where the first sequence begins that is not UTF-8: the replacement character that stands for no replacement character. */
function firstInvalidByte(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let from = 0;
  let byte = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', from)) {
    byte += Buffer.byteLength(text.slice(from, at));
    if (bytes[byte] !== 0xef || bytes[byte + 1] !== 0xbf || bytes[byte + 2] !== 0xbd) return byte;
    byte += 3;
    from = at + 1;
  }
  return byte;
}
