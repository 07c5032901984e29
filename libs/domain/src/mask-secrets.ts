import type { AttemptResult, SmtpReply } from './attempt.js';

const MASK = '***';
/** A shorter secret is masked only where it stands by itself: it would be found in half of all words. */
const SHORT = 4;
/** A longer one is looked for by its beginning. */
const LONGEST = 200;
/** Where the text of a reply is cut: what stands there may be the first half of a secret. */
const LONGEST_TEXT = 500;
/**
 * What a server may put between two characters of what it repeats: the fold of a long line, a soft line break (RFC 2045 6.7), a dash or a
 * dot that groups digits, and what is not seen (a soft hyphen, a zero-width space or joiner).
 */
const FOLD = '(?:=?\\s+|[-.\\u00ad\\u200b-\\u200d\\u2010-\\u2015\\u2060])?';
/** How a space or a dash within a code may come back, or be left out: as such, in an encoded word (RFC 2047), in a URL, in HTML. */
const GAP = '(?:[\\s_+-]|%20|=20|&nbsp;|&#160;)*';
const NAMED: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

export type ResultMask = (result: AttemptResult) => AttemptResult;

/**
 * Takes out of an attempt's result what the server repeated of the mail's secret variables, wherever in its texts that stands. Reply codes
 * and enhanced codes are no text, and stay.
 */
export function resultMask(secrets: Readonly<Record<string, unknown>> | null): ResultMask {
  if (secrets === null) return (result) => result;
  const mask = secretMask(secrets);
  const masked = (reply: SmtpReply | null): SmtpReply | null => reply && { ...reply, text: mask(reply.text) };
  return (result) => ({
    ...result,
    reply: masked(result.reply),
    recipients: result.recipients.map((recipient) => ({ ...recipient, reply: masked(recipient.reply) })),
    error: result.error === null ? null : mask(result.error),
  });
}

/**
 * Masks the values of `secrets` in a text: as they are, in any case; with their spaces and dashes changed or left out; percent-encoded, quoted-printable,
 * in HTML or JSON escapes; in hexadecimal; and in base64, alone or within a longer text, the whole run of it.
 */
export function secretMask(secrets: Readonly<Record<string, unknown>>): (text: string) => string {
  const values = [...new Set(textsIn(secrets))].map((value) => value.trim()).filter((value) => value !== '');
  const mayRepeat = repetition(values);
  let patterns: readonly RegExp[] | null = null;
  return (text) => {
    if (!mayRepeat(text)) return text;
    // The longest first: one may be part of another.
    patterns ??= values
      .sort((a, b) => b.length - a.length)
      .flatMap((value) => [plainPattern(value), hexPattern(value), ...base64Patterns(value)]);
    const whole = text.length < LONGEST_TEXT ? text : withoutBeginning(text, values);
    return patterns.reduce((masked, pattern) => masked.replace(pattern, MASK), whole);
  };
}

/** Characters in another form than their own, or a line that is folded within a word. */
const ENCODED = /%[0-9a-f]{2}|=(?:[0-9a-f]{2}|\s)|&[#a-z]|\\u/i;

/**
 * Whether a text may hold one of the values. Nearly every reply holds none, and is spared the patterns, whose making costs more than the
 * rest of a mail: what it says without its gaps is looked at, and what is encoded in any way is taken for a repetition.
 */
function repetition(values: readonly string[]): (text: string) => boolean {
  const plain = values.map((value) => withoutGaps(value.slice(0, LONGEST)));
  const hex = values.map(hexOf).filter((digits) => digits !== '');
  const base64 = values.flatMap(base64Of);
  return (text) => {
    if (text.length >= LONGEST_TEXT || ENCODED.test(text)) return true;
    const said = withoutGaps(text);
    if (plain.some((value) => said.includes(value)) || hex.some((digits) => said.replace(/0x|\\x|:/g, '').includes(digits))) return true;
    const digits = text.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/');
    return base64.some((value) => digits.includes(value));
  };
}

function withoutGaps(text: string): string {
  return text.replace(/[\s_+.\u00ad\u200b-\u200d\u2010-\u2015\u2060-]+/g, '').toLowerCase();
}

function withoutBeginning(text: string, values: readonly string[]): string {
  for (const value of values) {
    for (let length = value.length - 1; length >= 2; length -= 1) {
      if (text.endsWith(value.slice(0, length))) return `${text.slice(0, -length)}${MASK}`;
    }
  }
  return text;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function plainPattern(value: string): RegExp {
  const characters = [...value.slice(0, LONGEST).replace(/[\s-]+/g, ' ')];
  const pattern = characters.map((character) => (character === ' ' ? GAP : formsOf(character))).join(FOLD);
  const alone = value.length < SHORT;
  return new RegExp(alone ? `(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])` : pattern, 'giu');
}

function formsOf(character: string): string {
  const bytes = [...Buffer.from(character)].map((byte) => byte.toString(16).padStart(2, '0'));
  const point = character.codePointAt(0) ?? 0;
  const forms = [
    literal(character),
    bytes.map((byte) => `%${byte}`).join(''),
    bytes.map((byte) => `=${byte}`).join(''),
    `&#0*${point};`,
    `&#x0*${point.toString(16)};`,
    `\\\\u${point.toString(16).padStart(4, '0')}`,
  ];
  const named = NAMED[character];
  return `(?:${(named === undefined ? forms : [...forms, `&${named};`]).join('|')})`;
}

/**
 * What base64 makes of a value at each of the three offsets that it may have within a longer text, without the digits that its neighbours
 * have a part in. Of what is too short nothing is left that could be told from words.
 */
function base64Of(value: string): string[] {
  const bytes = Buffer.from(value.slice(0, LONGEST));
  if (bytes.length < SHORT) return [];
  return [0, 1, 2].map((offset) => {
    const digits = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return digits.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
}

/** Its bytes in hexadecimal; of what is short nothing, since that would be found in ids. */
function hexOf(value: string): string {
  const bytes = Buffer.from(value.slice(0, LONGEST));
  return bytes.length < SHORT ? '' : bytes.toString('hex');
}

/** The bytes together, or each with a mark before it: `34 38`, `34:38`, `\x34\x38`, `0x34 0x38`. */
function hexPattern(value: string): RegExp {
  const bytes = hexOf(value).match(/../g) ?? ['(?!)'];
  const mark = String.raw`(?:\\x|0x)?`;
  return new RegExp(`${mark}${bytes.join(String.raw`[\s:,-]*${mark}`)}`, 'gi');
}

/** With the run of digits around it. */
function base64Patterns(value: string): RegExp[] {
  return base64Of(value).map((digits) => {
    const either = [...digits].map((digit) => (digit === '+' ? '[+-]' : digit === '/' ? '[/_]' : digit)).join(FOLD);
    return new RegExp(`[A-Za-z0-9+/_-]*${either}[A-Za-z0-9+/_-]*=*`, 'gu');
  });
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
