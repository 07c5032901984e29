import fc from 'fast-check';
import { resolve, type Json } from './openapi.js';

const PLAIN = fc.constantFrom(
  'ada@example.com',
  'grace@münchen.example',
  'text/plain',
  'mail:delivery_commands',
  'a',
  'X-Campaign',
  'Zürich 🚀',
);

/** Values of a JSON Schema, as far as it says what they are; what it says in words alone they may miss. */
export function arbitraryOf(reference: unknown): fc.Arbitrary<unknown> {
  const schema = resolve(reference);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return fc.oneof(...choices.map((each) => arbitraryOf(each)));
  const { type } = schema;
  if (Array.isArray(type)) return fc.oneof(...type.map((each) => arbitraryOf({ ...schema, type: each as unknown })));
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: number(schema['minimum'], -1000), max: number(schema['maximum'], 100_000) });
    case 'string':
      return stringOf(schema);
    case 'array':
      return fc.array(arbitraryOf(schema['items']), {
        minLength: number(schema['minItems'], 0),
        maxLength: Math.min(4, number(schema['maxItems'], 4)),
      });
    case 'object':
      return objectOf(schema);
    default:
      return fc.jsonValue();
  }
}

function stringOf(schema: Json): fc.Arbitrary<string> {
  if (schema['format'] === 'date-time') {
    return fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }).map((date) => date.toISOString());
  }
  if (schema['format'] === 'uuid') return fc.uuid();
  if (schema['contentEncoding'] === 'base64') return fc.base64String({ maxLength: 64 });
  const all = [schema, ...((schema['allOf'] ?? []) as Json[])];
  const patterns = all.flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : []));
  const minLength = number(schema['minLength'], 0);
  const maxLength = Math.min(80, number(schema['maxLength'], 80));
  const [only] = patterns;
  if (only !== undefined && patterns.length === 1 && !/\\p/.test(only)) {
    return fc.stringMatching(new RegExp(only)).filter((text) => text.length >= minLength && text.length <= Math.max(maxLength, 255));
  }
  const matches = (text: string): boolean => patterns.every((pattern) => new RegExp(pattern, 'u').test(text));
  const text = fc.string({ unit: 'grapheme', minLength, maxLength });
  return fc.oneof({ weight: 3, arbitrary: PLAIN }, { weight: 2, arbitrary: text }).map((made) => (matches(made) ? made : 'plain'));
}

function objectOf(schema: Json): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Json).map(([name, each]) => [name, arbitraryOf(each)] as const);
  const known = fc.record(Object.fromEntries(properties), { requiredKeys: (schema['required'] ?? []) as string[] });
  const more = schema['additionalProperties'];
  if (typeof more !== 'object' || more === null) return known;
  const names =
    schema['propertyNames'] === undefined ? fc.string({ maxLength: 20 }) : (arbitraryOf(schema['propertyNames']) as fc.Arbitrary<string>);
  const others = fc.dictionary(names, arbitraryOf(more), { maxKeys: 3 });
  return fc.tuple(others, known).map(([extra, own]) => ({ ...extra, ...own }));
}

const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** What somebody careless or hostile puts where something else belongs. */
export const HOSTILE: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    '',
    ' ',
    '\u0000',
    'a\r\nBcc: x@example.com',
    '\ud800',
    '\u2028',
    '../../etc/passwd',
    "'; drop table deliveries; --",
  ),
  fc.constantFrom<unknown>('x'.repeat(5000), 'é'.repeat(998), -1, 0, 1e308, 2 ** 53, 0.1, true, null, [], {}, [[[[[[]]]]]], {
    __proto__: null,
  }),
  fc.constantFrom<unknown>('9999-12-31T23:59:60Z', '0000-01-01T00:00:00Z', '2026-02-30T00:00:00Z', 'ada@[127.0.0.1]', '=?utf-8?Q?x?='),
);

/** A value with one place of it, or one member more, made hostile. */
export function spoiled(whole: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(whole, fc.nat(), HOSTILE, fc.constantFrom('replace', 'remove', 'add'))
    .map(([value, at, hostile, how]) => spoil(structuredClone(value), at, hostile, how));
}

function spoil(value: unknown, at: number, hostile: unknown, how: string): unknown {
  const places: (readonly [Record<string, unknown>, string])[] = [];
  const walk = (inner: unknown): void => {
    if (typeof inner !== 'object' || inner === null) return;
    for (const [name, each] of Object.entries(inner)) {
      places.push([inner as Record<string, unknown>, name]);
      walk(each);
    }
  };
  walk(value);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return hostile;
  const [holder, name] = place;
  if (how === 'replace') holder[name] = hostile;
  else if (how === 'remove') Reflect.deleteProperty(holder, name);
  else holder[`${name}_`] = hostile;
  return value;
}
