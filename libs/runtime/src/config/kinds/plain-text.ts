import { kind, type Kind } from './kind.js';

const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/**
 * Any text of one line. Control characters are refused, since they would reach a header, an SMTP command or a log; so are line
 * separators, and overrides of the text's direction, by which it would be read as another.
 */
export function plainText(what: string, most = 255): Kind<string> {
  return kind(`${what}: at most ${most} characters, none of them a control character`, (text) =>
    text.length <= most && !UNFIT.test(text) ? { value: text } : null,
  );
}
