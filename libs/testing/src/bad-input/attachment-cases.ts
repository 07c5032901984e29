import type { CommandCase } from './bad-input-case.js';
import { commandText } from './command-text.js';

const FILE = { filename: 'a.txt', content_type: 'text/plain', content_base64: 'YQ==' };
const withFile = (members: Readonly<Record<string, unknown>>): string => commandText({ attachments: [{ ...FILE, ...members }] });

type Part = keyof typeof FILE;

const REFUSED: readonly (readonly [name: string, part: Part, value: unknown])[] = [
  ['base64 without padding', 'content_base64', 'YQ'],
  ['base64 with too little padding', 'content_base64', 'YQ='],
  ['base64 with too much padding', 'content_base64', 'YQ==='],
  ['base64 that is padding alone', 'content_base64', '===='],
  ['base64 with a space', 'content_base64', 'YW Jj'],
  ['base64 in lines', 'content_base64', 'YWJj\nZGVm'],
  ['base64 with bits left over', 'content_base64', 'YR=='],
  ['base64 for URLs', 'content_base64', 'a-_b'],
  ['base64 with a character that is none', 'content_base64', 'YW*j'],
  ['base64 with a letter beyond ASCII', 'content_base64', 'YWJü'],
  ['padding in the middle of base64', 'content_base64', 'YQ==YQ=='],
  ['a data URL', 'content_base64', 'data:text/plain;base64,YQ=='],
  ['a number as base64', 'content_base64', 1],
  ['null as base64', 'content_base64', null],
  ['a path as a file name', 'filename', '../../x'],
  ['an absolute path as a file name', 'filename', '/etc/passwd'],
  ['a path of Windows as a file name', 'filename', 'C:\\x'],
  ['a folder as a file name', 'filename', 'a/b'],
  ['a dot as a file name', 'filename', '.'],
  ['two dots as a file name', 'filename', '..'],
  ['an empty file name', 'filename', ''],
  ['a file name that turns the direction', 'filename', 'fdp.\u202eexe'],
  ['a file name with an isolate', 'filename', 'a\u2066b'],
  ['a path as an encoded-word in a file name', 'filename', '=?utf-8?Q?=2E=2E=2Fx?='],
  ['a line break as an encoded-word in a file name', 'filename', 'a =?UTF-8?b?DQpYLUluamVjdGVkOiB5ZXM=?='],
  ['a tab in a file name', 'filename', 'a\tb'],
  ['a file name of 256 octets', 'filename', 'n'.repeat(256)],
  ['a file name of 256 octets beyond ASCII', 'filename', 'ü'.repeat(128)],
  ['null as a file name', 'filename', null],
  ['an empty content type', 'content_type', ''],
  ['a content type without subtype', 'content_type', 'text'],
  ['a content type with an empty subtype', 'content_type', 'text/'],
  ['a content type with an empty type', 'content_type', '/plain'],
  ['two content types', 'content_type', 'text/plain, text/html'],
  ['a content type with a space', 'content_type', 'text /plain'],
  ['a content type beyond ASCII', 'content_type', 'text/plaïn'],
  ['multipart/mixed', 'content_type', 'multipart/mixed'],
  ['message/rfc822', 'content_type', 'Message/RFC822'],
  ['a quoted parameter', 'content_type', 'text/plain; charset="utf-8"'],
  ['a parameter name', 'content_type', 'text/plain; name=x.exe'],
  ['a parameter boundary', 'content_type', 'text/plain; BOUNDARY=x'],
  ['a parameter without value', 'content_type', 'text/plain; charset'],
  ['a content type of 256 characters', 'content_type', `text/${'x'.repeat(251)}`],
];

const ACCEPTED: readonly (readonly [name: string, part: Part, value: string])[] = [
  ['an empty file', 'content_base64', ''],
  ['every byte there is', 'content_base64', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('base64')],
  ['a file name beyond ASCII', 'filename', 'Übersicht 日本語 🚀.pdf'],
  ['quotes and semicolons in a file name', 'filename', `a"b'c; filename=evil.exe`],
  ['escapes in a file name', 'filename', '%2e%2e%2fx'],
  ['half an encoded-word in a file name', 'filename', '=?utf-8 x.exe'],
  ['what RFC 2231 begins with in a file name', 'filename', "utf-8''x.exe"],
  ['a hidden file name', 'filename', '.htaccess'],
  ['a device as a file name', 'filename', 'CON'],
  ['a file name of 255 octets', 'filename', 'n'.repeat(255)],
  ['a file name of 254 octets beyond ASCII', 'filename', 'ü'.repeat(127)],
  ['a content type with parameters', 'content_type', 'text/calendar; method=REQUEST; charset=utf-8'],
  ['a content type of 255 characters', 'content_type', `text/${'x'.repeat(250)}`],
];

export const ATTACHMENT_CASES: readonly CommandCase[] = [
  ...REFUSED.map(([name, part, value]): CommandCase => ({
    name,
    door: 'both',
    body: withFile({ [part]: value }),
    expect: 'validation_failed',
    pointer: `/attachments/0/${part}`,
  })),
  ...ACCEPTED.map(([name, part, value]): CommandCase => ({ name, door: 'both', body: withFile({ [part]: value }), expect: 'accepted' })),
  {
    name: 'an attachment without content',
    door: 'both',
    body: commandText({ attachments: [{ filename: 'a.txt', content_type: 'text/plain' }] }),
    expect: 'validation_failed',
    pointer: '/attachments/0/content_base64',
  },
  {
    name: 'an attachment with an unknown property',
    door: 'both',
    body: withFile({ disposition: 'inline' }),
    expect: 'validation_failed',
    pointer: '/attachments/0/disposition',
  },
  {
    name: 'an attachment that is null',
    door: 'both',
    body: commandText({ attachments: [null] }),
    expect: 'validation_failed',
    pointer: '/attachments/0',
  },
  {
    name: 'two attachments of one name',
    door: 'both',
    body: commandText({ attachments: [FILE, { ...FILE, content_base64: 'Yg==' }] }),
    expect: 'accepted',
  },
];
