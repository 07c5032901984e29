import type { CommandCase } from './bad-input-case.js';
import { commandText, gameText, renderedText } from './command-text.js';

const MARK = 'MARK';

/** A command with these bytes in its subject. */
const inSubject = (...bytes: number[]): Buffer => {
  const [before = '', after = ''] = renderedText({ subject: `a${MARK}b` }).split(MARK);
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
};
/** A command with this escape, as it is written, in its subject. */
const escaped = (escape: string): string => renderedText({ subject: `a${MARK}b` }).replace(MARK, escape);
const utf16 = Buffer.from(commandText(), 'utf16le');

const MALFORMED: readonly (readonly [name: string, body: string | Buffer])[] = [
  ['the byte FF', inSubject(0xff)],
  ['the byte FE', inSubject(0xfe)],
  ['a continuation byte alone', inSubject(0x80)],
  ['a sequence that is cut off', inSubject(0xe2, 0x82)],
  ['NUL in an overlong form', inSubject(0xc0, 0x80)],
  ['CR and LF in overlong forms', inSubject(0xc0, 0x8d, 0xc0, 0x8a)],
  ['a solidus in an overlong form of three bytes', inSubject(0xe0, 0x80, 0xaf)],
  ['a surrogate in UTF-8', inSubject(0xed, 0xa0, 0x80)],
  ['a surrogate pair in UTF-8 (CESU-8)', inSubject(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)],
  ['a code point past U+10FFFF', inSubject(0xf4, 0x90, 0x80, 0x80)],
  ['a text in Latin-1', Buffer.from(renderedText({ subject: 'grüße' }), 'latin1')],
  ['bytes that are not UTF-8 after the command', Buffer.concat([Buffer.from(commandText()), Buffer.from([0xff])])],
  ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(commandText())])],
  ['UTF-16 with a byte order mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
  ['UTF-16 without one', utf16],
  ['256 random-looking bytes', Buffer.from(Array.from({ length: 256 }, (_, index) => (index * 167 + 13) % 256))],
  ['gzip', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00])],
  ['the byte NUL in a string', inSubject(0)],
  ['the byte NUL after the command', `${commandText()}\0`],
  ['the byte NUL alone', '\0'],
  ['NUL as an escape', escaped(String.raw`\u0000`)],
  ['NUL as an escape in a body', renderedText({ text: `a${MARK}b` }).replace(MARK, String.raw`\u0000`)],
  ['NUL as an escape in a name', commandText({ [MARK]: 1 }).replace(MARK, String.raw`a\u0000b`)],
  ['NUL as an escape in a tag', commandText({ tags: { a: MARK } }).replace(MARK, String.raw`\u0000`)],
  ['NUL as an escape in a variable', gameText({ player_name: MARK }).replace(MARK, String.raw`\u0000`)],
  ['a high surrogate alone', escaped(String.raw`\ud800`)],
  ['a low surrogate alone', escaped(String.raw`\udc00`)],
  ['a high surrogate before another escape', escaped(String.raw`\ud83d\u0041`)],
  ['two high surrogates', escaped(String.raw`\ud83d\ud83d`)],
  ['surrogates in the wrong order', escaped(String.raw`\ude00\ud83d`)],
  ['a surrogate alone in a body', renderedText({ html: `a${MARK}b` }).replace(MARK, String.raw`\udfff`)],
  ['a surrogate alone in a variable', gameText({ game_name: MARK }).replace(MARK, String.raw`\uDBFF`)],
  ['a surrogate alone in a name', commandText({ tags: { [MARK]: 'x' } }).replace(MARK, String.raw`\ud800`)],
];

/** Text that is unusual, and means one thing only: it arrives as it was written. */
const ACCEPTED: readonly (readonly [name: string, text: string])[] = [
  ['letters beyond ASCII', 'Grüße aus Łódź, Ελλάδα и Київ'],
  ['letters of three bytes', '日本語のメール件名'],
  ['characters beyond the first plane', 'Launch 🚀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈'],
  ['an emoji of several code points', 'family 👨‍👩‍👧‍👦 flag 🇦🇹 skin 👍🏽'],
  ['letters with combining marks', 'Z̷̢a̶l̸g̵o and e\u0301'],
  ['text from right to left', 'שלום עולם مرحبا بالعالم'],
  ['a replacement character', 'a \ufffd b'],
  ['a noncharacter', 'a\uffffb\ufdd0c'],
  ['a private character', 'a\ue000b'],
  ['a byte order mark inside', 'a\ufeffb'],
  ['what looks like an encoded-word', '=?utf-8?Q?=0D=0AX-Injected:_yes?= x'],
  ['what looks like an escape', String.raw`\r\nX-Injected: yes \u000d %0d%0aBcc:`],
  ['what looks like a header', 'X-Injected: yes'],
  ['backslashes and quotes', String.raw`"quoted" \ 'single' \\ ;,<>()`],
];

export const ENCODING_CASES: readonly CommandCase[] = [
  ...MALFORMED.map(([name, body]): CommandCase => ({ name, door: 'both', body, expect: 'malformed_json' })),
  ...ACCEPTED.map(([name, text]): CommandCase => ({
    name: `${name} in subject and bodies`,
    door: 'both',
    body: renderedText({ subject: text, text, html: `<p>${text.replaceAll('<', '&lt;')}</p>` }),
    expect: 'accepted',
  })),
  {
    name: 'an escaped surrogate pair',
    door: 'both',
    body: escaped(String.raw`\ud83d\ude80`),
    expect: 'accepted',
    mail: { subject: 'a🚀b' },
  },
  { name: 'an escaped backslash before u0000', door: 'both', body: escaped(String.raw`\\u0000`), expect: 'accepted' },
];
