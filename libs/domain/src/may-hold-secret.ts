import type { DeliveryCommand } from './delivery-command.js';
import { AUTH_SOURCE } from './login-code-command.js';

/** What acceptance found out about an entry of the stream that it refused. */
export interface RefusedEntry {
  /** `auth` in case of doubt. */
  readonly source: string | null;
  /** The command, where it could be read: its schema holds. */
  readonly command: DeliveryCommand | null;
  /** Its bytes, all of them. */
  readonly raw: Buffer;
}

/** A template, as far as it is asked here. */
export interface MaybeSecretTemplate {
  readonly templateId: string;
  readonly secretNames: readonly string[];
}

const STEP = 1 << 20;
/** Longer than what is looked for. */
const OVERLAP = 1024;

/** That something is made from a template, however it is spelt. */
const TEMPLATE = /\btemplate[\s_-]?id\b|["'](?:template|variables)\\*["']/i;
/** Which one, each time that it is said. */
const TEMPLATE_ID = /\btemplate[\s_-]?id\b\\*["']?\s*[:=]?\s*\\*["']?([^"'\s,;}\]]*)/gi;
const ESCAPE_BYTES = 6;
const BACKSLASH = 0x5c;
const SMALL_A = 0x61;
const SMALL_U = 0x75;
const DIGIT_0 = 0x30;
const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * Whether a refused command may hold a secret variable, so that nothing of it may be kept: neither its bytes nor their hash, from which a
 * short code is guessed. So it is where the source is `auth`, and where the template has secrets or is unknown. Of a command that could not
 * be read the bytes are searched. It counts as holding a secret where it names a template with secrets, one that is unknown, or none though
 * it means one, and where it has a member that is called as a secret variable is.
 */
export function mayHoldSecret({ source, command, raw }: RefusedEntry, templates: readonly MaybeSecretTemplate[]): boolean {
  if (source === AUTH_SOURCE) return true;
  const known = new Map(templates.map(({ templateId, secretNames }) => [templateId, secretNames.length > 0]));
  if (command !== null) return command.content.mode === 'template' && (known.get(command.content.template_id) ?? true);
  const names = [...new Set(templates.flatMap(({ secretNames }) => secretNames))];
  const member = memberNamed(names);
  // In steps, since what is too large may be very large.
  for (let at = 0; at < raw.length; at += STEP) {
    const text = plainText(raw.subarray(at, at + STEP + OVERLAP));
    if (member?.test(text) === true || namesSecretTemplate(text, known)) return true;
  }
  return false;
}

/** What gives a value to one of the names, with or without quotes: of JSON, of JavaScript, YAML or a form, of XML, percent-encoded or not. */
function memberNamed(names: readonly string[]): RegExp | null {
  if (names.length === 0) return null;
  return new RegExp(String.raw`(?<![A-Za-z_])(?:${names.join('|')})(?:\\*["']|%22)?\s*(?:[:=>]|%3a|%3d)`, 'i');
}

/**
 * The bytes as text, without the zeros of UTF-16, and with the visible characters of ASCII that are escaped as JSON may do it, with or
 * without need: so words are found however they are written. A loop over bytes, since a text may have nothing but escapes.
 */
function plainText(bytes: Buffer): string {
  if (!bytes.includes(0) && !bytes.includes('\\u00')) return bytes.toString('latin1');
  const plain = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === 0) continue;
    plain[length++] = byte;
    if (length < ESCAPE_BYTES || plain[length - ESCAPE_BYTES] !== BACKSLASH) continue;
    const escaped = escapedAt(plain, length - ESCAPE_BYTES);
    if (escaped < 0) continue;
    length -= ESCAPE_BYTES;
    plain[length++] = escaped;
  }
  return plain.toString('latin1', 0, length);
}

/** The visible character of ASCII that the six bytes at `at`, a backslash first, are the escape of, or -1. */
function escapedAt(bytes: Buffer, at: number): number {
  if (bytes[at + 1] !== SMALL_U || bytes[at + 2] !== DIGIT_0 || bytes[at + 3] !== DIGIT_0) return -1;
  const code = digitOf(bytes[at + 4]) * 16 + digitOf(bytes[at + 5]);
  return code >= SPACE && code < DELETE ? code : -1;
}

/** Of a hexadecimal digit; of any other byte, too much for a character of ASCII. */
function digitOf(byte = 0): number {
  if (byte >= DIGIT_0 && byte <= DIGIT_0 + 9) return byte - DIGIT_0;
  const letter = byte | 0x20;
  return letter >= SMALL_A && letter <= SMALL_A + 5 ? letter - SMALL_A + 10 : 0x1000;
}

function namesSecretTemplate(text: string, known: ReadonlyMap<string, boolean>): boolean {
  for (const [id, hasSecrets] of known) if (hasSecrets && text.includes(id)) return true;
  if (!TEMPLATE.test(text)) return false;
  let named = false;
  for (const [, id = ''] of text.matchAll(TEMPLATE_ID)) {
    if (known.get(withoutBackslashes(id)) ?? true) return true;
    named = true;
  }
  return !named;
}

/** Of JSON within JSON the quote behind has some before it. */
function withoutBackslashes(id: string): string {
  let end = id.length;
  while (id[end - 1] === '\\') end -= 1;
  return id.slice(0, end);
}
