import { describe, expect, it } from 'vitest';
import { parseStreamEntry } from './command-stream-entry.js';
import { parseDeliveryRequest, parseLoginCodeRequest } from './parse-command.js';
import { parseResendPlanRequest } from './resend-plan/parse-resend-plan-request.js';

const MAX_BYTES = 5 * 1024 * 1024;
/** Of what is stored and answered of one refusal. */
const MOST_CHARACTERS = 64 * 1024;

const repeated = (text: string, count: number): string => Array.from({ length: count }, () => text).join(',');
const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',');
const withMember = (member: string): Buffer =>
  Buffer.from(`{"to":["ada@example.com"],"content":{"mode":"rendered","subject":"Hello","text":"It works."},${member}}`);
const entry = (command: Buffer): [Buffer, Buffer][] => [
  [Buffer.from('source'), Buffer.from('shop')],
  [Buffer.from('idempotency_key'), Buffer.from('k')],
  [Buffer.from('command'), command],
];

const HOSTILE: readonly (readonly [name: string, command: Buffer, code: string])[] = [
  ['126 000 unknown names', withMember(numbered(126_000)), 'validation_failed'],
  ['5 MB of unknown names', withMember(numbered(420_000)), 'validation_failed'],
  ['19 000 unknown names', withMember(numbered(19_000)), 'validation_failed'],
  ['65 000 members named __proto__', withMember(`"x":[${repeated('{"__proto__":0}', 65_000)}]`), 'validation_failed'],
  ['9000 members named __proto__', withMember(`"x":[${repeated('{"__proto__":0}', 9000)}]`), 'validation_failed'],
  ['a million empty arrays', withMember(`"x":[${repeated('[]', 1_000_000)}]`), 'validation_failed'],
  ['a million levels', withMember(`"x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`), 'malformed_json'],
  ['10 000 levels of objects', withMember(`"x":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`), 'malformed_json'],
  ['a number of 5 MB', withMember(`"x":${'9'.repeat(5_000_000)}`), 'malformed_json'],
  ['5 MB of escapes in a name', withMember(`"${'\\n'.repeat(2_500_000)}":1`), 'validation_failed'],
  [
    '60 levels of long names over members named __proto__',
    withMember(`${`"${'~'.repeat(200)}":{`.repeat(60)}${repeated('"__proto__":0', 1)}${'}'.repeat(60)}`),
    'validation_failed',
  ],
];

describe('a hostile command', () => {
  it.each(HOSTILE)('of %s is refused in bounded words, never by an exception', (_name, command, code) => {
    const parsed = parseStreamEntry(entry(command), MAX_BYTES);
    expect(parsed.ok || parsed.refusal.code).toBe(code);
    if (parsed.ok) return;
    expect(parsed.refusal.faults.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(parsed.refusal).length).toBeLessThan(MOST_CHARACTERS);
  });

  it.each([
    ['a delivery', parseDeliveryRequest],
    ['a login code', parseLoginCodeRequest],
    ['a resend plan', parseResendPlanRequest],
  ])('is refused alike as the body of %s', (_name, parse) => {
    for (const count of [19_000, 126_000]) {
      const parsed = parse(withMember(numbered(count)), MAX_BYTES);
      expect(parsed.ok || parsed.refusal.code).toBe('validation_failed');
      expect(parsed.ok || parsed.refusal.faults.length).toBeLessThanOrEqual(50);
    }
  });

  it('has its faults counted up to 50, and more than that is said as "more than 50 faults"', () => {
    const parsed = parseStreamEntry(entry(withMember(numbered(51))), MAX_BYTES);
    expect(parsed.ok || parsed.refusal.detail).toBe('more than 50 faults, the first at "/k0": is not a known property');
    expect(parsed.ok || parsed.refusal.faults).toHaveLength(50);
    const fifty = parseStreamEntry(entry(withMember(numbered(50))), MAX_BYTES);
    expect(fifty.ok || fifty.refusal.detail).toBe('50 faults, the first at "/k0": is not a known property');
  });

  it('may have 20 000 values, and no more', () => {
    const variables = (count: number): Buffer =>
      Buffer.from(
        `{"to":["ada@example.com"],"content":{"mode":"template","template_id":"t","variables":{"list":[${repeated('0', count)}]}}}`,
      );
    // The command, to, its address, content, mode, template_id, variables and the list are values too.
    expect(parseStreamEntry(entry(variables(20_000 - 8)), MAX_BYTES)).toMatchObject({ ok: true });
    expect(parseStreamEntry(entry(variables(20_000 - 7)), MAX_BYTES)).toMatchObject({
      ok: false,
      refusal: { code: 'validation_failed', faults: [{ pointer: '', detail: 'must not have more than 20000 values' }] },
    });
  });

  it('is read by its fields in bounded memory, however many they are', () => {
    const fields = Array.from({ length: 200_000 }, (_, index): [Buffer, Buffer] => [Buffer.from(`f${index}`), Buffer.from('x')]);
    const parsed = parseStreamEntry([...entry(Buffer.from('{}')), ...fields, [Buffer.from('source'), Buffer.from('auth')]], MAX_BYTES);
    expect(parsed).toMatchObject({ ok: false, source: 'auth', refusal: { code: 'validation_failed' } });
    expect(parsed.ok || parsed.refusal.faults).toHaveLength(50);
    const longName = parseStreamEntry([[Buffer.alloc(5_000_000, 'n'), Buffer.from('x')]], MAX_BYTES);
    expect(JSON.stringify(longName).length).toBeLessThan(2000);
  });
});
