import type { OutgoingMail } from '../src/outgoing-mail.js';
import { aMail } from './a-mail.js';

/** mulberry32: the same numbers in [0, 1) for the same seed, for ever. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WORDS = [
  ...[
    'turn',
    'ready',
    'the',
    'a',
    'Quadrant',
    'fleet',
    '=',
    '=3D',
    '=?',
    '?=',
    '.',
    '..',
    '--',
    '<b>',
    '&amp;',
    '"quoted"',
    'From',
    "it's",
    '50%',
  ],
  ...['Grüße', 'naïve', 'Žižek', 'Привет', 'мир', 'こんにちは', '世界', '안녕', 'שלום', 'مرحبا', '🚀', '👩‍👩‍👧', 'e\u0301', '𝒳', '\u00a0', '€'],
  ...['https://example.com/a/very/long/link?with=parameters&and=more#fragment-that-goes-on-and-on-and-on-and-on', 'x'.repeat(130)],
];

/** `count` mails of every shape, the same ones for the same seed. */
export function mailCorpus(seed: number, count: number): OutgoingMail[] {
  const random = seeded(seed);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const pick = <T>(choices: readonly T[]): T => choices[upTo(choices.length - 1)]!;
  // A third of them ASCII, so that 7bit and plain headers are tried too.
  const words = (vocabulary: readonly string[], least: number, most: number) =>
    Array.from({ length: least + upTo(most - least) }, () => pick(vocabulary));
  const body = (vocabulary: readonly string[]) =>
    Array.from({ length: 1 + upTo(8) }, () => words(vocabulary, 0, 14).join(pick([' ', ' ', '\t', '  '])) + pick(['', '', ' ', '\t'])).join(
      pick(['\n', '\r\n', '\r']),
    );

  return Array.from({ length: count }, (_, index) => {
    const vocabulary = random() < 0.34 ? WORDS.slice(0, 19) : WORDS;
    const shape = upTo(2);
    const people = (most: number) =>
      Array.from({ length: upTo(most) }, (_, at) => `person${at}.of.mail${index}@${pick(['example.com', 'xn--bcher-kva.example'])}`);
    return aMail({
      addresses: [`first${index}@example.com`, ...people(6)],
      deliveryId: `0199a1b2-c3d4-7e5f-8a6b-${String(index).padStart(12, '0')}`,
      messageId: `<${index}.0199a1b2@mail.example.com>`,
      date: new Date(1_767_322_000_000 + index * 86_399_000),
      from: {
        email: 'noreply@mail.example.com',
        name: pick([null, 'Galaxy', 'Galaxy, Inc.', 'O"Neill \\ Sons', words(vocabulary, 1, 4).join(' ')]),
      },
      cc: people(2),
      replyTo: people(1),
      subject: words(vocabulary, 0, 16).join(' '),
      text: shape === 1 ? null : body(vocabulary),
      html: shape === 0 ? null : `<p>${body(vocabulary)}</p>`,
      headers:
        random() < 0.5 ? {} : { 'X-Campaign': words(vocabulary, 1, 8).join(' '), 'List-Unsubscribe': '<https://example.com/u?id=1>' },
      attachments: Array.from({ length: random() < 0.6 ? 0 : 1 + upTo(2) }, () => ({
        filename: `${words(vocabulary, 1, 3)
          .join(pick(['_', ' ']))
          .replace(/[/\\]/g, '')}.${pick(['pdf', 'txt', 'bin'])}`,
        contentType: pick(['application/pdf', 'text/plain; charset=utf-8', 'image/png', 'application/octet-stream']),
        content: Buffer.from(Array.from({ length: upTo(400) }, () => upTo(255))),
      })),
    });
  });
}
