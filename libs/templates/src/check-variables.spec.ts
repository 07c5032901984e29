import { describe, expect, it } from 'vitest';
import { compileVariablesCheck } from './check-variables.js';
import type { VariablesSchema } from './variables-schema.js';

const schema: VariablesSchema = {
  type: 'object',
  required: ['name', 'items'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    count: { type: 'integer' },
    link: { type: 'string', format: 'uri' },
    text: { type: 'string', 'x-multiline': true },
    items: {
      type: 'array',
      items: { type: 'object', required: ['title'], additionalProperties: false, properties: { title: { type: 'string' } } },
    },
  },
};
const check = compileVariablesCheck(schema);
const faultsOf = (variables: Record<string, unknown>) => {
  const checked = check(variables);
  return checked.ok ? [] : checked.refusal.faults;
};

describe('variables', () => {
  it('are accepted when they satisfy the schema', () => {
    expect(check({ name: 'Zoë 👩‍🚀', count: 1, link: 'https://example.com/?a=1&b=2', text: 'a\r\n\tb', items: [{ title: 't' }] })).toEqual({
      ok: true,
    });
  });

  it('are refused as missing_variable only where a required one is missing and nothing else is wrong', () => {
    expect(check({ count: 1 })).toEqual({
      ok: false,
      refusal: {
        code: 'missing_variable',
        detail: '2 faults, the first at "/content/variables/name": is required',
        faults: [
          { pointer: '/content/variables/name', detail: 'is required' },
          { pointer: '/content/variables/items', detail: 'is required' },
        ],
      },
    });
  });

  it('are refused as validation_failed where a value breaks the schema, all wrong ones at once', () => {
    expect(check({ count: 'many', extra: 1 })).toEqual({
      ok: false,
      refusal: {
        code: 'validation_failed',
        detail: '4 faults, the first at "/content/variables/name": is required',
        faults: [
          { pointer: '/content/variables/name', detail: 'is required' },
          { pointer: '/content/variables/count', detail: 'must be integer' },
          { pointer: '/content/variables/items', detail: 'is required' },
          { pointer: '/content/variables/extra', detail: 'is not a variable of this template' },
        ],
      },
    });
  });

  it.each([
    [{ name: 'n', items: [{ title: 't' }, {}] }, '/content/variables/items/1/title', 'is required'],
    [{ name: 'n', items: [{ title: 't', 'a/b~': 1 }] }, '/content/variables/items/0/a~1b~0', 'is not a variable of this template'],
    [{ name: 'n', items: [{ title: 'a\nb' }] }, '/content/variables/items/0/title', 'must not contain line breaks or control characters'],
    [{ name: null, items: [] }, '/content/variables/name', 'must be string'],
  ])('are pointed at where they are wrong: %j', (variables, pointer, detail) => {
    expect(faultsOf(variables)).toEqual([{ pointer, detail }]);
  });

  it.each(['\n', '\r', '\0', '\t', '\x1b', '\x7f', '\x85', '\u2028', '\u2029', '\ud800'])('may not hold %j in one line', (character) => {
    expect(faultsOf({ name: `a${character}b`, items: [] })).toMatchObject([{ pointer: '/content/variables/name' }]);
  });

  it.each(['\0', '\x1b', '\x07', '\x7f', '\udc00'])('may not hold %j even in many lines', (character) => {
    expect(faultsOf({ name: 'n', text: `a${character}b`, items: [] })).toMatchObject([{ pointer: '/content/variables/text' }]);
  });

  it.each(['https://example.com', 'http://example.com:8080/a?b#c', 'HTTPS://EXAMPLE.COM/', 'mailto:a@example.com'])(
    'may link to %s',
    (link) => {
      expect(faultsOf({ name: 'n', link, items: [] })).toEqual([]);
    },
  );

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<b>',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://example.com',
    '//example.com',
    '/path',
    'example.com',
    'https://',
    'https://exa mple.com',
    'https://example.com/"onclick="x',
    '',
  ])('may not link to %j', (link) => {
    expect(faultsOf({ name: 'n', link, items: [] })).toMatchObject([{ pointer: '/content/variables/link' }]);
  });

  it('never have their values repeated', () => {
    const secret = 'hunter2';
    const refused = [
      check({ name: [secret], count: secret, link: secret, text: `${secret}\0`, items: [secret] }),
      check({ name: `${secret}\n`, items: secret }),
    ];
    expect(JSON.stringify(refused)).not.toContain(secret);
    expect(refused.map(({ ok }) => ok)).toEqual([false, false]);
  });

  it('cost at most fifty faults, and a long name is cut, however much is wrong', () => {
    const extra = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 1]));
    expect(faultsOf({ ...extra, items: Array.from({ length: 1000 }, () => 1) })).toHaveLength(50);
    const names = Array.from({ length: 60 }, (_, index) => `v${index}`);
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    const checked = compileVariablesCheck({ type: 'object', required: names, properties })({});
    expect(checked.ok ? [] : checked.refusal.faults).toHaveLength(50);
    expect(checked.ok ? '' : checked.refusal.detail).toMatch(/^more than 50 faults, the first at /);
    const long = 'n'.repeat(1_000_000);
    expect(JSON.stringify(check({ name: 'n', items: [{ title: 't', [long]: 1 }], [long]: 1 })).length).toBeLessThan(2000);
  });

  it.each(['uri', 'email', 'date', 'time', 'date-time', 'duration', 'uuid', 'hostname', 'ipv4', 'ipv6'])(
    'of the format %s are not taken apart where they are longer than any such text',
    (format) => {
      const formatted = compileVariablesCheck({ type: 'object', properties: { value: { type: 'string', format } } });
      const checked = formatted({ value: `https://example.com/${' '.repeat(5_000_000)}` });
      expect(checked.ok || checked.refusal.faults).toEqual([
        { pointer: '/content/variables/value', detail: `must match format "${format}"` },
      ]);
      const longest = formatted({ value: `https://example.com/${'x'.repeat(16_384)}` });
      expect(longest.ok).toBe(false);
    },
  );
});
