import type { CommandCase } from './bad-input-case.js';
import { commandText, renderedText } from './command-text.js';

const FILE = { filename: 'a.txt', content_type: 'text/plain', content_base64: 'YQ==' };
const files = (count: number): unknown[] => Array.from({ length: count }, (_, index) => ({ ...FILE, filename: `${index}.txt` }));
const entries = (count: number, prefix: string, value = 'x'): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, value]));
/** Four entries of 256 octets each, and one octet more for each of `more`. */
const kibibyte = (prefix: string, more = 0): Record<string, string> => ({
  ...entries(3, prefix, 'x'.repeat(256 - prefix.length - 1)),
  [`${prefix}3`]: 'x'.repeat(256 - prefix.length - 1 + more),
});

type Row = readonly [name: string, body: string, pointer: string | null];

/** At each bound, just below it and past it; a pointer where it is refused. */
const ROWS: readonly Row[] = [
  ['a subject of 1 character', renderedText({ subject: 'x' }), null],
  ['an empty subject', renderedText({ subject: '' }), '/content/subject'],
  ['a subject of 997 characters', renderedText({ subject: 'x'.repeat(997) }), null],
  ['a subject of 998 characters', renderedText({ subject: 'x'.repeat(998) }), null],
  ['a subject of 999 characters', renderedText({ subject: 'x'.repeat(999) }), '/content/subject'],
  ['a subject of 998 characters beyond the first plane', renderedText({ subject: '🚀'.repeat(998) }), null],
  ['a subject of 999 characters beyond the first plane', renderedText({ subject: '🚀'.repeat(999) }), '/content/subject'],
  ['a subject of 100 000 characters', renderedText({ subject: 'x'.repeat(100_000) }), '/content/subject'],

  ['24 attachments', commandText({ attachments: files(24) }), null],
  ['25 attachments', commandText({ attachments: files(25) }), null],
  ['26 attachments', commandText({ attachments: files(26) }), '/attachments'],
  ['5000 attachments', commandText({ attachments: Array.from({ length: 5000 }, () => null) }), '/attachments'],

  ['19 tags', commandText({ tags: entries(19, 't') }), null],
  ['20 tags', commandText({ tags: entries(20, 't') }), null],
  ['21 tags', commandText({ tags: entries(21, 't') }), '/tags'],
  ['tags of 1023 octets together', commandText({ tags: kibibyte('t', -1) }), null],
  ['tags of 1024 octets together', commandText({ tags: kibibyte('t') }), null],
  ['tags of 1025 octets together', commandText({ tags: kibibyte('t', 1) }), '/tags'],
  ['tags of 1024 octets together beyond ASCII', commandText({ tags: { ab: 'ü'.repeat(511) } }), null],
  ['tags of 1026 octets together beyond ASCII', commandText({ tags: { ab: 'ü'.repeat(512) } }), '/tags'],
  ['a tag name of 64 characters', commandText({ tags: { ['t'.repeat(64)]: 'x' } }), null],
  ['a tag name of 65 characters', commandText({ tags: { ['t'.repeat(65)]: 'x' } }), `/tags/${'t'.repeat(65)}`],

  ['19 headers', commandText({ headers: entries(19, 'X-') }), null],
  ['20 headers', commandText({ headers: entries(20, 'X-') }), null],
  ['21 headers', commandText({ headers: entries(21, 'X-') }), '/headers'],
  ['headers of 1023 octets together', commandText({ headers: kibibyte('X-', -1) }), null],
  ['headers of 1024 octets together', commandText({ headers: kibibyte('X-') }), null],
  ['headers of 1025 octets together', commandText({ headers: kibibyte('X-', 1) }), '/headers'],
  ['a header name of 95 characters beside the longest word', commandText({ headers: { [`X-${'a'.repeat(93)}`]: 'w'.repeat(900) } }), null],
  ['a header name of 96 characters', commandText({ headers: { [`X-${'a'.repeat(94)}`]: 'x' } }), `/headers/X-${'a'.repeat(94)}`],
  ['a header name of 1000 characters', commandText({ headers: { [`X-${'a'.repeat(998)}`]: 'x' } }), `/headers/X-${'a'.repeat(126)}…`],

  ['a supersede_key of 255 characters', commandText({ supersede_key: 'k'.repeat(255) }), null],
  ['a supersede_key of 256 characters', commandText({ supersede_key: 'k'.repeat(256) }), '/supersede_key'],
];

const SIZED = commandText({ content: { mode: 'rendered', subject: 'Large', text: '#' } });
/** A command of exactly so many bytes, with what the door needs in it. */
const commandOf = (bytes: number, source: string | null): string => {
  const text = source === null ? SIZED : `{"source":"${source}",${SIZED.slice(1)}`;
  return text.replace('#', 'x'.repeat(bytes - text.length + 1));
};

const atCommandBound = (maxCommandBytes: number): CommandCase[] =>
  [-1, 0, 1].flatMap((more): CommandCase[] => {
    const expect = more > 0 ? 'command_too_large' : 'accepted';
    const name = `a command of the largest size${more === 0 ? '' : more < 0 ? ' less one byte' : ' and one byte'}`;
    return [
      { name: `${name}, from the stream`, door: 'stream', body: commandOf(maxCommandBytes + more, null), expect },
      { name: `${name}, by HTTP`, door: 'http', body: commandOf(maxCommandBytes + more, 'large'), source: 'large', expect },
    ];
  });

/** `maxCommandBytes`: what the processes have as `MAIL_MAX_COMMAND_BYTES`. */
export const sizeCases = (maxCommandBytes: number): readonly CommandCase[] => [
  ...ROWS.map(([name, body, pointer]): CommandCase =>
    pointer === null
      ? { name, door: 'both', body, expect: 'accepted' }
      : { name, door: 'both', body, expect: 'validation_failed', pointer },
  ),
  ...atCommandBound(maxCommandBytes),
  {
    name: 'a command of twice the largest size that is no JSON',
    door: 'both',
    body: 'x'.repeat(2 * maxCommandBytes),
    expect: 'command_too_large',
  },
];
