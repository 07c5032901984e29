import fc from 'fast-check';
import { commandText, gameText, renderedText } from './command-text.js';

/** What every mutation starts from: commands that use every member there is. */
const SEEDS: readonly string[] = [
  commandText(),
  gameText(),
  renderedText({ html: '<p>It works.</p>' }),
  commandText({
    cc: ['bob@example.com'],
    bcc: ['eve@bücher.example'],
    reply_to: ['help@example.com'],
    attachments: [{ filename: 'a.txt', content_type: 'text/plain; charset=utf-8', content_base64: 'YQ==' }],
    headers: { 'X-Campaign': 'spring', 'List-Id': '<list.example.com>' },
    tags: { tenant: 'acme' },
    priority: 'high',
    deliver_at: '2020-01-02T03:04:05Z',
    expires_at: '2999-01-02T03:04:05Z',
    supersede_key: 'key',
    on_uncertain: 'hold',
  }),
];

/** What may break a reader, a header, an SMTP command or a database. */
const NASTY: readonly string[] = [
  '',
  ' ',
  '\r\nBcc: canary@injected.test',
  '\n',
  '\r',
  '\t',
  '\u0000',
  '\u0085',
  '\u2028',
  '\ud800',
  '\udc00',
  '\u{1f680}',
  '\u202e',
  '\ufeff',
  '\uffff',
  '@',
  '"',
  '\\',
  '<>',
  ',',
  ';',
  '=?utf-8?Q?=0D=0A?=',
  '../../',
  '{{x}}',
  '%00',
  "'; drop table deliveries; --",
  '.\r\n',
  'x'.repeat(2000),
];

/** Values as they are written, of every type and past every bound. */
const RAW_VALUES: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '1.5',
  '9007199254740993',
  '1e400000',
  '-1e400000',
  '1e-400000',
  '[]',
  '{}',
  '""',
  '[[[[]]]]',
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":{}}}',
  '"\\u0000"',
  '"\\ud800"',
  'NaN',
  'undefined',
  '"' + 'x'.repeat(3000) + '"',
  `${'['.repeat(70)}${']'.repeat(70)}`,
];

const NAMES: readonly string[] = ['to', 'content', '__proto__', 'constructor', 'toString', 'source', '', 'To', 'mode', 'subject', 'X-A'];

/** Marks the place in the JSON text where a raw value goes; no seed holds it. */
const HOLE = '\u0001hole\u0001';

type Step = (text: string) => string;

/** A step on the command as a value; what is no JSON any more passes as it is. */
const onValue =
  (change: (places: readonly Place[]) => void): Step =>
  (text) => {
    let root: unknown;
    try {
      root = JSON.parse(text);
    } catch {
      return text;
    }
    change(placesOf(root));
    return JSON.stringify(root);
  };

interface Place {
  readonly parent: Record<string, unknown>;
  readonly name: string;
}

/** Every member and entry, at any depth. */
function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((name) => [{ parent, name }, ...placesOf(parent[name])]);
}

const place = fc.nat(60);
const at = (places: readonly Place[], index: number): Place | undefined => places[index % Math.max(places.length, 1)];

const dropped = place.map((index) =>
  onValue((places) => {
    const found = at(places, index);
    if (found !== undefined) delete found.parent[found.name];
  }),
);

const renamed = fc.tuple(place, fc.constantFrom(...NAMES)).map(([index, name]) =>
  onValue((places) => {
    const found = at(places, index);
    if (found === undefined || name === '__proto__') return;
    found.parent[name] = found.parent[found.name];
    delete found.parent[found.name];
  }),
);

const spliced = fc.tuple(place, fc.constantFrom(...NASTY), fc.nat(20)).map(([index, nasty, where]) =>
  onValue((places) => {
    const found = at(
      places.filter(({ parent, name }) => typeof parent[name] === 'string'),
      index,
    );
    if (found === undefined) return;
    const text = String(found.parent[found.name]);
    found.parent[found.name] = text.slice(0, where) + nasty + text.slice(where);
  }),
);

const replaced = fc.tuple(place, fc.oneof(fc.constantFrom(...RAW_VALUES), fc.json())).map(([index, raw]): Step => {
  const holed = onValue((places) => {
    const found = at(places, index);
    if (found !== undefined) found.parent[found.name] = HOLE;
  });
  // The replacement by a function: `$&` in a value means nothing.
  return (text) => holed(text).replace(JSON.stringify(HOLE), () => raw);
});

const duplicated = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...RAW_VALUES)).map(
  ([name, raw]): Step =>
    (text) =>
      text.replace('{', () => `{${JSON.stringify(name)}:${raw},`),
);

const truncated = fc.nat(400).map(
  (length): Step =>
    (text) =>
      text.slice(0, text.length - (length % (text.length + 1))),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: spliced },
  { weight: 3, arbitrary: replaced },
  { weight: 2, arbitrary: dropped },
  { weight: 2, arbitrary: renamed },
  { weight: 1, arbitrary: duplicated },
  { weight: 1, arbitrary: truncated },
);

const mutated = fc
  .tuple(fc.constantFrom(...SEEDS), fc.array(step, { maxLength: 3 }))
  .map(([seed, steps]) => Buffer.from(steps.reduce((text, change) => change(text), seed)));

const withBytes = fc.tuple(mutated, fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.nat(500)).map(([command, bytes, where]) => {
  const cut = where % (command.length + 1);
  return Buffer.concat([command.subarray(0, cut), bytes, command.subarray(cut)]);
});

/** Commands that are valid but for a few mutations, and now and then none, or bytes that are no command at all. */
export const nearlyValidCommand: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 12, arbitrary: mutated },
  { weight: 3, arbitrary: withBytes },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
);
