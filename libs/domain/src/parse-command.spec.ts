import { describe, expect, it, test } from 'vitest';
import { parseDeliveryCommand } from './parse-command.js';

const MAX_BYTES = 5 * 1024 * 1024;
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const RENDERED = { mode: 'rendered', subject: 'Hello', text: 'Hi' };
const TEMPLATE = { mode: 'template', template_id: 'game.turn_ready' };
const MINIMAL = { to: ['a@example.com'], content: RENDERED };
const NORMAL_FORM = {
  to: ['a@example.com'],
  cc: [],
  bcc: [],
  reply_to: [],
  content: { ...RENDERED, html: null },
  attachments: [],
  headers: {},
  tags: {},
  priority: 'normal',
  deliver_at: null,
  expires_at: null,
  supersede_key: null,
  on_uncertain: null,
};
const addresses = (count: number, name = 'r'): string[] => Array.from({ length: count }, (_, index) => `${name}${index}@example.com`);
const attachment = (over: object = {}): object => ({ filename: 'a.pdf', content_type: 'application/pdf', content_base64: 'aGk=', ...over });
const records = (count: number, name: string): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, 'x']));

it('a minimal command gets every default', () => {
  expect(parseDeliveryCommand(bytes(MINIMAL), MAX_BYTES)).toEqual({ ok: true, command: NORMAL_FORM });
});

it('null stands for absent where there is no other default', () => {
  const nulls = { deliver_at: null, expires_at: null, supersede_key: null, on_uncertain: null };
  expect(parseDeliveryCommand(bytes({ ...MINIMAL, content: { ...RENDERED, html: null }, ...nulls }), MAX_BYTES)).toEqual({
    ok: true,
    command: NORMAL_FORM,
  });
});

describe('what is within the bounds is taken', () => {
  test.each<[string, object, object]>([
    ['a template', { content: TEMPLATE }, { content: { ...TEMPLATE, locale: null, variables: {} } }],
    [
      'variables of any shape, with line breaks',
      { content: { ...TEMPLATE, locale: 'de-AT', variables: { text: 'a\r\nb', constructor: { prototype: [1, null, true] } } } },
      { content: { ...TEMPLATE, locale: 'de-AT', variables: { text: 'a\r\nb', constructor: { prototype: [1, null, true] } } } },
    ],
    [
      'html alone',
      { content: { mode: 'rendered', subject: 'x', html: '' } },
      { content: { mode: 'rendered', subject: 'x', text: null, html: '' } },
    ],
    [
      'a body with lone CR and LF',
      { content: { ...RENDERED, text: 'a\rb\nc' } },
      { content: { ...RENDERED, text: 'a\rb\nc', html: null } },
    ],
    [
      '998 characters of subject beyond the BMP',
      { content: { ...RENDERED, subject: '😀'.repeat(998) } },
      { content: { ...RENDERED, subject: '😀'.repeat(998), html: null } },
    ],
    [
      'addresses in normal form, each once, where it stands first',
      {
        to: ['B@München.de', 'a@x.de', 'B@münchen.DE'],
        cc: ['a@x.de', 'c@x.de'],
        bcc: ['c@X.de', 'd@x.de'],
        reply_to: ['a@x.de', 'a@X.de'],
      },
      { to: ['B@xn--mnchen-3ya.de', 'a@x.de'], cc: ['c@x.de'], bcc: ['d@x.de'], reply_to: ['a@x.de'] },
    ],
    ['local parts that differ by case', { to: ['A@x.de', 'a@x.de'] }, { to: ['A@x.de', 'a@x.de'] }],
    ['50 recipients in all', { to: addresses(20), cc: addresses(20, 'c'), bcc: addresses(10, 'b') }, { bcc: addresses(10, 'b') }],
    [
      'times with a zone',
      { deliver_at: '2026-01-02T04:04:05+01:00', expires_at: '2026-01-02T03:14:05.5Z' },
      { deliver_at: '2026-01-02T03:04:05.000Z', expires_at: '2026-01-02T03:14:05.500Z' },
    ],
    ['25 attachments', { attachments: Array.from({ length: 25 }, () => attachment()) }, {}],
    ['an empty attachment', { attachments: [attachment({ content_base64: '' })] }, { attachments: [attachment({ content_base64: '' })] }],
    ['a file name beyond ASCII', { attachments: [attachment({ filename: 'Überblick – 図.pdf' })] }, {}],
    ['a file name with question marks', { attachments: [attachment({ filename: 'why =?really?=.pdf' })] }, {}],
    ['255 octets of file name', { attachments: [attachment({ filename: `${'é'.repeat(127)}x` })] }, {}],
    ['20 headers', { headers: records(20, 'X-H') }, { headers: records(20, 'X-H') }],
    ['headers of 1 KiB together', { headers: { 'X-A': 'x'.repeat(500), 'X-B': 'y'.repeat(518) } }, {}],
    ['an X- header beyond ASCII', { headers: { 'X-Campaign': 'Grüße' } }, {}],
    ['20 tags', { tags: records(20, 'tag') }, { tags: records(20, 'tag') }],
    ['a tag named as an Object property', { tags: { constructor: 'x', toString: '' } }, { tags: { constructor: 'x', toString: '' } }],
    ['tags of 1 KiB together', { tags: { a: 'ü'.repeat(511), b: '' } }, {}],
    ['every priority', { priority: 'bulk' }, { priority: 'bulk' }],
    ['a supersede key beyond ASCII', { supersede_key: 'grüße@example.com' }, { supersede_key: 'grüße@example.com' }],
    ['255 characters of supersede key', { supersede_key: 'k'.repeat(255) }, {}],
    ['hold', { on_uncertain: 'hold' }, { on_uncertain: 'hold' }],
  ])('%s', (_, over, expected) => {
    const parsed = parseDeliveryCommand(bytes({ ...MINIMAL, ...over }), MAX_BYTES);
    expect(parsed).toMatchObject({ ok: true, command: expected });
    if (parsed.ok) expect(Object.keys(parsed.command)).toEqual(Object.keys(NORMAL_FORM));
  });
});

describe('what is not is validation_failed, at the pointer', () => {
  test.each<[string, unknown, string[]]>([
    ['no object', [], ['']],
    ['null', null, ['']],
    ['nothing required', {}, ['/to', '/content']],
    ['no recipient', { ...MINIMAL, to: [] }, ['/to']],
    ['only bcc', { bcc: ['a@x.de'], content: RENDERED }, ['/to']],
    ['a recipient that is no list', { ...MINIMAL, to: 'a@example.com' }, ['/to']],
    ['a recipient that is no string', { ...MINIMAL, to: [1] }, ['/to/0']],
    ['recipients with line breaks', { ...MINIMAL, to: ['a@x.de', 'a@x.de\r\nBcc: b@x.de'], cc: ['\u0085@x.de'] }, ['/to/1', '/cc/0']],
    ['null for a list', { ...MINIMAL, cc: null }, ['/cc']],
    ['51 recipients in all', { ...MINIMAL, to: addresses(20), cc: addresses(20), bcc: addresses(11) }, ['']],
    ['51 recipients in one list', { ...MINIMAL, to: addresses(51) }, ['/to']],
    ['10 000 bad recipients, told once', { ...MINIMAL, to: Array.from({ length: 10_000 }, () => 'x') }, ['/to']],
    ['11 reply addresses', { ...MINIMAL, reply_to: addresses(11) }, ['/reply_to']],
    ['no mode', { ...MINIMAL, content: {} }, ['/content/mode']],
    ['an unknown mode', { ...MINIMAL, content: { mode: 'raw' } }, ['/content/mode']],
    ['no body', { ...MINIMAL, content: { mode: 'rendered', subject: 'x' } }, ['/content']],
    ['null bodies', { ...MINIMAL, content: { mode: 'rendered', subject: 'x', text: null, html: null } }, ['/content']],
    ['no subject', { ...MINIMAL, content: { mode: 'rendered', text: 'x' } }, ['/content/subject']],
    ['an empty subject', { ...MINIMAL, content: { ...RENDERED, subject: '' } }, ['/content/subject']],
    ['999 characters of subject', { ...MINIMAL, content: { ...RENDERED, subject: 'x'.repeat(999) } }, ['/content/subject']],
    ...['\r', '\n', '\r\nBcc: b@x.de', '\u0085', '\u2028', '\u2029', '\u001b', '\t', '\u007f'].map((text): [string, unknown, string[]] => [
      `a subject with ${JSON.stringify(text)}`,
      { ...MINIMAL, content: { ...RENDERED, subject: `a${text}` } },
      ['/content/subject'],
    ]),
    ['rendered with variables', { ...MINIMAL, content: { ...RENDERED, variables: {} } }, ['/content/variables']],
    ['no template id', { ...MINIMAL, content: { mode: 'template' } }, ['/content/template_id']],
    ['a path for a template id', { ...MINIMAL, content: { ...TEMPLATE, template_id: '../x' } }, ['/content/template_id']],
    ['a template id with LF', { ...MINIMAL, content: { ...TEMPLATE, template_id: 'x\n' } }, ['/content/template_id']],
    ['a locale with an underscore', { ...MINIMAL, content: { ...TEMPLATE, locale: 'de_AT' } }, ['/content/locale']],
    ['a locale with LF', { ...MINIMAL, content: { ...TEMPLATE, locale: 'de\n' } }, ['/content/locale']],
    ['variables that are no object', { ...MINIMAL, content: { ...TEMPLATE, variables: [] } }, ['/content/variables']],
    ['26 attachments', { ...MINIMAL, attachments: Array.from({ length: 26 }, () => attachment()) }, ['/attachments']],
    [
      'an attachment without its parts',
      { ...MINIMAL, attachments: [{}] },
      ['/attachments/0/filename', '/attachments/0/content_type', '/attachments/0/content_base64'],
    ],
    ...[
      '../../x',
      'a/b',
      'a\\b',
      '.',
      '..',
      '',
      'a\r\nb',
      'a\u0085',
      'a\u202egpj.exe',
      'a =?utf-8?Q?=2E=2E=2Fx?=',
      '=?UTF-8?b?Li4veA==?=',
      'x'.repeat(256),
      'é'.repeat(128),
    ].map((filename): [string, unknown, string[]] => [
      `the file name ${JSON.stringify(filename).slice(0, 20)}`,
      { ...MINIMAL, attachments: [attachment({ filename })] },
      ['/attachments/0/filename'],
    ]),
    [
      'a content type that injects',
      { ...MINIMAL, attachments: [attachment({ content_type: 'a/b\r\nBcc: b@x.de' })] },
      ['/attachments/0/content_type'],
    ],
    ...['aGk', 'aGk=\n', ' aGk=', 'aG k=', 'aGl=', 'a-_=', '=', '====', 'aGk=aGk=', 'äöü='].map(
      (content_base64): [string, unknown, string[]] => [
        `the base64 ${JSON.stringify(content_base64)}`,
        { ...MINIMAL, attachments: [attachment({ content_base64 })] },
        ['/attachments/0/content_base64'],
      ],
    ),
    ['an attachment with a cid', { ...MINIMAL, attachments: [attachment({ cid: 'x' })] }, ['/attachments/0/cid']],
    ['a header outside the list', { ...MINIMAL, headers: { Bcc: 'b@x.de', 'X-Ok': 'x' } }, ['/headers/Bcc']],
    ['a header name with CR LF', { ...MINIMAL, headers: { 'X-A\r\nBcc': 'x' } }, ['/headers/X-A\r\nBcc']],
    ...['a\r\nBcc: b@x.de', 'a\u0085', '\u2028', '', '  ', 'x'.repeat(901)].map((value): [string, unknown, string[]] => [
      `the header value ${JSON.stringify(value).slice(0, 20)}`,
      { ...MINIMAL, headers: { 'X-A': value } },
      ['/headers/X-A'],
    ]),
    ['a header that is no text', { ...MINIMAL, headers: { 'X-A': 1 } }, ['/headers/X-A']],
    ['a header twice, by case', { ...MINIMAL, headers: { 'X-A': '1', 'x-a': '2' } }, ['/headers/x-a']],
    ['a List- header beyond ASCII', { ...MINIMAL, headers: { 'List-Id': 'Grüße' } }, ['/headers/List-Id']],
    ['21 headers', { ...MINIMAL, headers: records(21, 'X-H') }, ['/headers']],
    ['headers of more than 1 KiB', { ...MINIMAL, headers: { 'X-A': 'x'.repeat(500), 'X-B': 'y'.repeat(519) } }, ['/headers']],
    ['a tag name with a space', { ...MINIMAL, tags: { 'a b': 'x' } }, ['/tags/a b']],
    ['an empty tag name', { ...MINIMAL, tags: { '': 'x' } }, ['/tags/']],
    ['a tag with LF', { ...MINIMAL, tags: { a: 'x\n' } }, ['/tags/a']],
    ['21 tags', { ...MINIMAL, tags: records(21, 't') }, ['/tags']],
    ['tags of more than 1 KiB', { ...MINIMAL, tags: { a: 'ü'.repeat(512) } }, ['/tags']],
    ['an unknown priority', { ...MINIMAL, priority: 'urgent' }, ['/priority']],
    ['a time without zone', { ...MINIMAL, deliver_at: '2026-01-02T03:04:05' }, ['/deliver_at']],
    ['a time as a number', { ...MINIMAL, expires_at: 1767323045 }, ['/expires_at']],
    ...['', 'a b', 'a\n', '\u200b', 'k'.repeat(256)].map((supersede_key): [string, unknown, string[]] => [
      `the supersede key ${JSON.stringify(supersede_key).slice(0, 20)}`,
      { ...MINIMAL, supersede_key },
      ['/supersede_key'],
    ]),
    ['an unknown on_uncertain', { ...MINIMAL, on_uncertain: 'drop' }, ['/on_uncertain']],
    ['unknown properties', { ...MINIMAL, subject: 'x', 'a/b~c': 1, constructor: 1 }, ['/subject', '/a~1b~0c', '/constructor']],
    ['the lifetime that only the service sets', { ...MINIMAL, expires_in_ms: 1 }, ['/expires_in_ms']],
    ['a source, where the door says it', { ...MINIMAL, source: 'game' }, ['/source']],
    [
      '__proto__ as a property',
      '{"to":["a@x.de"],"content":{"mode":"rendered","subject":"x","text":"x"},"__proto__":{"priority":"high"}}',
      ['/__proto__'],
    ],
    ['__proto__ as a tag', '{"tags":{"__proto__":"x"}}', ['/tags/__proto__']],
    [
      '__proto__ within variables',
      '{"content":{"variables":{"a":[{"\\u005f_proto__":1}],"b":{"__proto__":1}}}}',
      ['/content/variables/a/0/__proto__', '/content/variables/b/__proto__'],
    ],
  ])('%s', (_, command, pointers) => {
    const parsed = parseDeliveryCommand(bytes(command), MAX_BYTES);
    expect(parsed).toMatchObject({ ok: false, refusal: { code: 'validation_failed' } });
    expect(parsed.ok || new Set(parsed.refusal.faults.map(({ pointer }) => pointer))).toEqual(new Set(pointers));
  });
});

it('what is no JSON, or too large, is refused before it is looked at', () => {
  expect(parseDeliveryCommand(bytes('{'), MAX_BYTES)).toMatchObject({ ok: false, refusal: { code: 'malformed_json' } });
  expect(parseDeliveryCommand(bytes(MINIMAL), 10)).toMatchObject({ ok: false, refusal: { code: 'command_too_large' } });
});

it('a command of five megabytes of attachment is taken', () => {
  const content_base64 = Buffer.alloc(3_900_000, 'x').toString('base64');
  expect(parseDeliveryCommand(bytes({ ...MINIMAL, attachments: [attachment({ content_base64 })] }), MAX_BYTES)).toMatchObject({ ok: true });
});
