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
/** A visible character of ASCII that is escaped as JSON may do it, with or without need: the words above may stand so. */
const ESCAPED = /\\u00([2-7][0-9a-f])/gi;

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
  const member = names.length === 0 ? null : new RegExp(`["'](?:${names.join('|')})\\\\*["']\\s*:`, 'i');
  // In steps, since what is too large may be very large; without the zeros of UTF-16, so that its letters are found as well.
  for (let at = 0; at < raw.length; at += STEP) {
    const text = unescaped(raw.toString('latin1', at, at + STEP + OVERLAP).replaceAll('\0', ''));
    if (member?.test(text) === true || namesSecretTemplate(text, known)) return true;
  }
  return false;
}

function unescaped(text: string): string {
  return text.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
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
