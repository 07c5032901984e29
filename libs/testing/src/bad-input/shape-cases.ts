import type { CommandCase, ExpectedEnd } from './bad-input-case.js';
import { commandText, renderedText, VALID_COMMAND } from './command-text.js';

type Row = readonly [name: string, body: string, pointer: string];

/** JSON that is no command. */
const REFUSED: readonly Row[] = [
  ['an empty object', '{}', '/to'],
  ['an empty object in spaces', ' { } ', '/content'],
  ['an unknown property', commandText({ subject: 'Hello' }), '/subject'],
  ['a sender', commandText({ from: 'eve@example.com' }), '/from'],
  ['a property of the service itself', commandText({ expires_in_ms: 1 }), '/expires_in_ms'],
  ['a property in another case', commandText({ Cc: ['bob@example.com'] }), '/Cc'],
  ['a property in camel case', commandText({ replyTo: ['bob@example.com'] }), '/replyTo'],
  ['an empty property', commandText({ '': 1 }), '/'],
  ['a property with a solidus and a tilde', commandText({ 'a/b~c': 1 }), '/a~1b~0c'],
  ['no content', JSON.stringify({ to: VALID_COMMAND.to }), '/content'],
  ['content that is null', commandText({ content: null }), '/content'],
  ['content that is a text', commandText({ content: 'Hello' }), '/content'],
  ['content that is an array', commandText({ content: [VALID_COMMAND.content] }), '/content'],
  ['content without a mode', renderedText({ mode: undefined }), '/content/mode'],
  ['content of an unknown mode', renderedText({ mode: 'raw' }), '/content/mode'],
  ['content of two modes', renderedText({ template_id: 'game.turn_ready' }), '/content/template_id'],
  ['a mode that objects inherit', renderedText({ mode: 'constructor' }), '/content/mode'],
  ['no subject', renderedText({ subject: undefined }), '/content/subject'],
  ['a subject that is null', renderedText({ subject: null }), '/content/subject'],
  ['neither text nor html', renderedText({ text: undefined }), '/content'],
  ['text and html that are null', renderedText({ text: null, html: null }), '/content'],
  ['text that is a number', renderedText({ text: 1 }), '/content/text'],
  ['html that is an array', renderedText({ html: ['<p>'] }), '/content/html'],
  ['attachments as an object', commandText({ attachments: {} }), '/attachments'],
  ['attachments that are null', commandText({ attachments: null }), '/attachments'],
  ['tags as an array', commandText({ tags: ['a'] }), '/tags'],
  ['a tag that is a number', commandText({ tags: { a: 1 } }), '/tags/a'],
  ['a tag with an empty name', commandText({ tags: { '': 'x' } }), '/tags/'],
  ['a tag name that begins with a dot', commandText({ tags: { '.a': 'x' } }), '/tags/.a'],
  ['a tag name with a space', commandText({ tags: { 'a b': 'x' } }), '/tags/a b'],
  ['a tag name beyond ASCII', commandText({ tags: { ä: 'x' } }), '/tags/ä'],
  ['an unknown priority', commandText({ priority: 'urgent' }), '/priority'],
  ['a priority in capitals', commandText({ priority: 'HIGH' }), '/priority'],
  ['a priority that is a number', commandText({ priority: 0 }), '/priority'],
  ['a priority that is null', commandText({ priority: null }), '/priority'],
  ['an unknown policy', commandText({ on_uncertain: 'drop' }), '/on_uncertain'],
  ['an empty supersede_key', commandText({ supersede_key: '' }), '/supersede_key'],
  ['a supersede_key with a space', commandText({ supersede_key: 'a b' }), '/supersede_key'],
  ['a supersede_key with a no-break space', commandText({ supersede_key: 'a\u00a0b' }), '/supersede_key'],
  ['a supersede_key with a zero width space', commandText({ supersede_key: 'a\u200bb' }), '/supersede_key'],
  ['a supersede_key that is a number', commandText({ supersede_key: 1 }), '/supersede_key'],
];

const ROOTS: readonly (readonly [name: string, body: string])[] = [
  ['null', 'null'],
  ['a number', '1'],
  ['a text', '"hello"'],
  ['true', 'true'],
  ['an array', '[]'],
  ['an array of a command', `[${commandText()}]`],
];

const refused = (name: string, body: string, pointer: string, expect: ExpectedEnd = 'validation_failed'): CommandCase => ({
  name,
  door: 'both',
  body,
  expect,
  pointer,
});

export const SHAPE_CASES: readonly CommandCase[] = [
  ...REFUSED.map(([name, body, pointer]) => refused(name, body, pointer)),
  ...ROOTS.map(([name, body]) => refused(`${name} as a command`, body, '')),
  {
    name: 'a source in a command of the stream',
    door: 'stream',
    body: commandText({ source: 'shop' }),
    expect: 'validation_failed',
    pointer: '/source',
  },
  { name: 'every default spelt out', door: 'both', body: spelledOut(), expect: 'accepted' },
  { name: 'a supersede_key beyond ASCII', door: 'both', body: commandText({ supersede_key: 'Bücher:🚀' }), expect: 'accepted' },
  { name: 'an empty tag', door: 'both', body: commandText({ tags: { a: '' } }), expect: 'accepted' },
];

function spelledOut(): string {
  return commandText({
    cc: [],
    bcc: [],
    reply_to: [],
    attachments: [],
    headers: {},
    tags: {},
    priority: 'normal',
    deliver_at: null,
    expires_at: null,
    supersede_key: null,
    on_uncertain: null,
    content: { ...VALID_COMMAND.content, html: null },
  });
}
