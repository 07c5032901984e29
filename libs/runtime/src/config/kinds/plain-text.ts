import { kind, type Kind } from './kind.js';

/** Any text of one line. Control characters are refused: they would reach a header, an SMTP command or a log. */
export function plainText(what: string, most = 255): Kind<string> {
  return kind(`${what}: at most ${most} characters, none of them a control character`, (text) =>
    text.length <= most && !/\p{Cc}/u.test(text) ? { value: text } : null,
  );
}
