import { z } from 'zod';
import { parseMailAddress } from './mail-address.js';
import { normalTimestamp } from './timestamp.js';

/** A line of text that may become a header or part of an SMTP command: no control characters (CR, LF, NUL, NEL), no U+2028 or U+2029. */
const ONE_LINE = /^[^\p{Cc}\u2028\u2029]*$/u;
/** Characters that can be seen, and the two joiners: no space, no control, nothing invisible. */
const VISIBLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\u200c\u200d]+$/u;

const ONE_LINE_DETAIL = 'must not have line breaks or other control characters';

export const oneLine = (): z.ZodString => z.string().regex(ONE_LINE, ONE_LINE_DETAIL);

/** Bounded in characters (code points, as JSON Schema counts), not in UTF-16 units. */
export const boundedLine = (max: number): z.ZodString =>
  oneLine()
    .min(1)
    .refine(
      (text) => text.length <= max || (text.length <= 2 * max && Array.from(text).length <= max),
      `must not have more than ${max} characters`,
    )
    .meta({ maxLength: max });

/**
 * An array or a record of at most `max` entries. They are counted before any of them is looked at: a command with a million
 * bad entries costs no more than one.
 */
export function atMost<S extends z.ZodType>(max: number, entries: S): z.ZodPreprocess<S> {
  return z.preprocess((value, context) => {
    if (typeof value !== 'object' || value === null || Object.keys(value).length <= max) return value;
    context.issues.push({ code: 'custom', message: `must not have more than ${max} entries`, input: value });
    return z.NEVER;
  }, entries);
}

/** A string of which `parse` gives the normal form. */
export const normalised = (parse: (text: string) => { ok: true; text: string } | { ok: false; detail: string }) =>
  z.string().transform((text, context) => {
    const parsed = parse(text);
    if (parsed.ok) return parsed.text;
    context.issues.push({ code: 'custom', message: parsed.detail, input: text });
    return z.NEVER;
  });

export const mailAddress = normalised((text) => {
  const parsed = parseMailAddress(text);
  return parsed.ok ? { ok: true, text: parsed.address } : parsed;
}).meta({
  description:
    'A bare address. Local part: a dot-atom of at most 64 octets, which may be beyond ASCII. Kept in NFC; nothing invisible. Domain: a name, internationalised or not; no address literal.',
});

export const timestamp = normalised((text) => {
  const iso = normalTimestamp(text);
  return iso === null
    ? { ok: false, detail: 'must be an RFC 3339 time with a zone, such as 2026-01-02T03:04:05Z' }
    : { ok: true, text: iso };
}).meta({ format: 'date-time' });

export const source = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, _ and -, the first a letter')
  .meta({ description: 'The calling system; idempotency keys and supersede keys are scoped by it.' });

export const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, 'must be a language tag such as de or de-AT')
  .meta({ description: 'A language tag (BCP 47).' });

export const supersedeKey = boundedLine(255).regex(VISIBLE, 'must have visible characters only');
