import { tabledEnd, type CommandCase, type TabledEnd } from './bad-input-case.js';
import { commandText, gameText, renderedText } from './command-text.js';

/** What an injected line would make: a header and a recipient that no mail and no envelope may ever show. */
export const CANARY_HEADER = 'X-Injected';
export const CANARY_DOMAIN = 'injected.test';
const CANARY = `${CANARY_HEADER}: yes`;

/** Whatever some reader takes for the end of a line, or of a text. */
const BREAKS: readonly (readonly [name: string, text: string])[] = [
  ['CRLF', `\r\n${CANARY}\r\nBcc: canary@${CANARY_DOMAIN}\r\n`],
  ['CR', `\r${CANARY}`],
  ['LF', `\n${CANARY}`],
  ['NEL', `\u0085${CANARY}`],
  ['U+2028', `\u2028${CANARY}`],
  ['U+2029', `\u2029${CANARY}`],
  ['a vertical tab', `\u000b${CANARY}`],
];

const FILE = { filename: 'a.txt', content_type: 'text/plain', content_base64: 'YQ==' };

type Field = readonly [name: string, body: (text: string) => string, pointer: string, expect?: TabledEnd];

/** Every field that could reach a header, an SMTP command or a line of a log, with a place for a break in it. */
const FIELDS: readonly Field[] = [
  ['the subject', (text) => renderedText({ subject: `a${text}` }), '/content/subject'],
  ['a local part', (text) => commandText({ to: [`a${text}@example.com`] }), '/to/0'],
  ['a domain', (text) => commandText({ to: [`a@example.com${text}`] }), '/to/0'],
  ['cc', (text) => commandText({ cc: ['b@example.com', `a@example.com${text}`] }), '/cc/1'],
  ['bcc', (text) => commandText({ bcc: [`a@example${text}.com`] }), '/bcc/0'],
  ['reply_to', (text) => commandText({ reply_to: [`${text}a@example.com`] }), '/reply_to/0'],
  ['a file name', (text) => commandText({ attachments: [{ ...FILE, filename: `a${text}.txt` }] }), '/attachments/0/filename'],
  [
    'a content type',
    (text) => commandText({ attachments: [{ ...FILE, content_type: `text/plain${text}` }] }),
    '/attachments/0/content_type',
  ],
  [
    'a parameter of a content type',
    (text) => commandText({ attachments: [{ ...FILE, content_type: `text/plain; charset=${text}` }] }),
    '/attachments/0/content_type',
  ],
  ['base64', (text) => commandText({ attachments: [{ ...FILE, content_base64: `YQ==${text}` }] }), '/attachments/0/content_base64'],
  ['a header', (text) => commandText({ headers: { 'X-Campaign': `a${text}` } }), '/headers/X-Campaign'],
  ['a header of ids', (text) => commandText({ headers: { References: `<a@b>${text}` } }), '/headers/References'],
  ['a tag', (text) => commandText({ tags: { tenant: `a${text}` } }), '/tags/tenant'],
  ['supersede_key', (text) => commandText({ supersede_key: `a${text}` }), '/supersede_key'],
  ['priority', (text) => commandText({ priority: `high${text}` }), '/priority'],
  ['on_uncertain', (text) => commandText({ on_uncertain: `hold${text}` }), '/on_uncertain'],
  ['deliver_at', (text) => commandText({ deliver_at: `2020-01-02T03:04:05Z${text}` }), '/deliver_at'],
  ['expires_at', (text) => commandText({ expires_at: `2999-01-02T03:04:05Z${text}` }), '/expires_at'],
  ['the mode', (text) => renderedText({ mode: `rendered${text}` }), '/content/mode'],
  ['template_id', (text) => commandText({ content: { mode: 'template', template_id: `game.turn_ready${text}` } }), '/content/template_id'],
  [
    'locale',
    (text) => commandText({ content: { mode: 'template', template_id: 'game.turn_ready', locale: `de${text}` } }),
    '/content/locale',
  ],
  ['a variable of one line', (text) => gameText({ player_name: `a${text}` }), '/content/variables/player_name', 'breaks_schema'],
  ['a variable in the subject', (text) => gameText({ game_name: `a${text}` }), '/content/variables/game_name', 'breaks_schema'],
  ['a variable in a list', (text) => gameText({ events: [{ title: `a${text}` }] }), '/content/variables/events/0/title', 'breaks_schema'],
  [
    'a variable that is a link',
    (text) => gameText({ game_url: `https://a.example/${text}` }),
    '/content/variables/game_url',
    'breaks_schema',
  ],
];

/** Names are where the pointer itself holds the break. */
const NAMES: readonly (readonly [name: string, parent: string, body: (text: string) => string])[] = [
  ['a header name', '/headers', (text) => commandText({ headers: { [`X-A${text}`]: 'x' } })],
  ['a tag name', '/tags', (text) => commandText({ tags: { [`a${text}`]: 'x' } })],
  ['a member', '', (text) => commandText({ [`to${text}`]: 'x' })],
];

const escapedName = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

export const INJECTION_CASES: readonly CommandCase[] = BREAKS.flatMap(([breakName, text]): CommandCase[] => [
  ...FIELDS.map(([field, body, pointer, expect = 'validation_failed']): CommandCase => ({
    name: `${breakName} in ${field}`,
    door: 'both',
    body: body(text),
    ...tabledEnd(expect),
    pointer,
  })),
  ...NAMES.map(([field, parent, body]): CommandCase => {
    const prefix = { '/headers': 'X-A', '/tags': 'a', '': 'to' }[parent] ?? '';
    return {
      name: `${breakName} in ${field}`,
      door: 'both',
      body: body(text),
      expect: 'validation_failed',
      pointer: `${parent}/${escapedName(prefix + text)}`,
    };
  }),
]);
