import { tabledEnd, type CommandCase, type TabledEnd } from './bad-input-case.js';
import { commandText, GAME_VARIABLES, gameText } from './command-text.js';

const template = (content: Readonly<Record<string, unknown>>): string =>
  commandText({ content: { mode: 'template', template_id: 'game.turn_ready', variables: GAME_VARIABLES, ...content } });
const generic = (variables: Readonly<Record<string, unknown>>): string =>
  commandText({
    content: { mode: 'template', template_id: 'notification.generic', variables: { title: 'Hello', body: 'It works.', ...variables } },
  });

const ID = '/content/template_id';
const VARIABLES = '/content/variables';

type Row = readonly [name: string, body: string, expect: TabledEnd, pointer?: string, mail?: CommandCase['mail']];

const ROWS: readonly Row[] = [
  ['an unknown template', template({ template_id: 'no.such' }), 'unknown_template', ID],
  ['a template named as a member that objects inherit', template({ template_id: 'constructor' }), 'unknown_template', ID],
  ['a template id of 128 characters', template({ template_id: 't'.repeat(128) }), 'unknown_template', ID],
  ['a template id of 129 characters', template({ template_id: 't'.repeat(129) }), 'validation_failed', ID],
  ['a template id with a folder', template({ template_id: 'auth/login' }), 'validation_failed', ID],
  ['a template id that goes up', template({ template_id: '../auth.login_code' }), 'validation_failed', ID],
  ['an empty template id', template({ template_id: '' }), 'validation_failed', ID],
  ['a template id that is __proto__', template({ template_id: '__proto__' }), 'validation_failed', ID],
  ['a template id that is a number', template({ template_id: 1 }), 'validation_failed', ID],
  ['no template id', template({ template_id: undefined }), 'validation_failed', ID],
  ['a template with a subject', template({ subject: 'Hello' }), 'validation_failed', '/content/subject'],

  ['a locale of 36 characters', template({ locale: `de-${'abcdefgh-'.repeat(3)}abcdef` }), 'validation_failed', '/content/locale'],
  ['a locale with an underscore', template({ locale: 'de_AT' }), 'validation_failed', '/content/locale'],
  ['an empty locale', template({ locale: '' }), 'validation_failed', '/content/locale'],
  ['a locale that goes up', template({ locale: '../en' }), 'validation_failed', '/content/locale'],
  ['a locale that there is not', template({ locale: 'xx-YY' }), 'accepted'],
  ['a locale that is null', template({ locale: null }), 'accepted'],

  ['no variables', template({ variables: undefined }), 'missing_variable', `${VARIABLES}/player_name`],
  ['variables that are null', template({ variables: null }), 'validation_failed', VARIABLES],
  ['variables as an array', template({ variables: [] }), 'validation_failed', VARIABLES],
  ['variables as a text', template({ variables: 'x' }), 'validation_failed', VARIABLES],
  ['a missing variable', gameText({ turn: undefined }), 'missing_variable', `${VARIABLES}/turn`],
  ['two missing variables', gameText({ turn: undefined, player_name: undefined }), 'missing_variable', `${VARIABLES}/turn`],
  ['a missing variable beside a wrong one', gameText({ turn: undefined, player_name: 1 }), 'breaks_schema', `${VARIABLES}/turn`],
  ['a list with an entry that lacks a property', gameText({ events: [{}] }), 'missing_variable', `${VARIABLES}/events/0/title`],
  ['a variable that is null', gameText({ turn: null }), 'breaks_schema', `${VARIABLES}/turn`],
  ['a variable of another type', gameText({ turn: '17' }), 'breaks_schema', `${VARIABLES}/turn`],
  ['a variable below its minimum', gameText({ turn: 0 }), 'breaks_schema', `${VARIABLES}/turn`],
  ['an empty variable', gameText({ player_name: '' }), 'breaks_schema', `${VARIABLES}/player_name`],
  ['a variable that is too long', gameText({ player_name: 'a'.repeat(101) }), 'breaks_schema', `${VARIABLES}/player_name`],
  ['a variable of 100 characters beyond the first plane', gameText({ player_name: '🚀'.repeat(100) }), 'accepted'],
  ['a variable that is not declared', gameText({ more: 1 }), 'breaks_schema', `${VARIABLES}/more`],
  [
    'a list with 51 entries',
    gameText({ events: Array.from({ length: 51 }, () => ({ title: 'x' })) }),
    'breaks_schema',
    `${VARIABLES}/events`,
  ],
  ['a list with an entry of another type', gameText({ events: ['x'] }), 'breaks_schema', `${VARIABLES}/events/0`],
  ['a list with an unknown property', gameText({ events: [{ title: 'x', y: 1 }] }), 'breaks_schema', `${VARIABLES}/events/0/y`],
  ['a list as an object', gameText({ events: { 0: { title: 'x' }, length: 1 } }), 'breaks_schema', `${VARIABLES}/events`],
  ['a javascript link', gameText({ game_url: 'javascript:alert(1)' }), 'breaks_schema', `${VARIABLES}/game_url`],
  ['a javascript link in capitals', gameText({ game_url: 'JaVaScRiPt:alert(1)' }), 'breaks_schema', `${VARIABLES}/game_url`],
  ['a data link', gameText({ game_url: 'data:text/html,x' }), 'breaks_schema', `${VARIABLES}/game_url`],
  ['a link without scheme', gameText({ game_url: '//play.example.com' }), 'breaks_schema', `${VARIABLES}/game_url`],
  ['a link with a quote', gameText({ game_url: 'https://a.example/"onclick="x' }), 'breaks_schema', `${VARIABLES}/game_url`],

  ['markup in a variable', gameText({ player_name: '<script>alert(1)</script>' }), 'accepted'],
  ['a placeholder in a variable', gameText({ player_name: '{{{constructor}}} {{game_name}}' }), 'accepted'],
  ['an MJML tag in a variable', generic({ body: '<mj-include path="/etc/passwd" /></mj-text>' }), 'accepted'],
  ['line breaks of all kinds where lines are declared', generic({ body: 'one\r\ntwo\nthree\rfour\u2028five' }), 'accepted'],
  ['the end of a message where lines are declared', generic({ body: 'one\r\n.\r\nRCPT TO:<canary@injected.test>\n.\n' }), 'accepted'],
  ['NEL where lines are declared', generic({ body: 'one\u0085two' }), 'breaks_schema', `${VARIABLES}/body`],
  ['an escape character where lines are declared', generic({ body: 'one\u001b[2Jtwo' }), 'breaks_schema', `${VARIABLES}/body`],
  [
    'an encoded-word in the subject of a template',
    generic({ title: '=?utf-8?Q?=0D=0ABcc:_canary@injected.test?=' }),
    'accepted',
    undefined,
    { subject: '=?utf-8?Q?=0D=0ABcc:_canary@injected.test?=' },
  ],
  ['text beyond ASCII in the subject of a template', generic({ title: 'Grüße 🚀' }), 'accepted', undefined, { subject: 'Grüße 🚀' }],
];

const CODE = (variables: Readonly<Record<string, unknown>>): string =>
  commandText({ content: { mode: 'template', template_id: 'auth.login_code', variables } });

/** Of source `auth`: what is refused may hold a code, and is not kept. */
const LOGIN_CODES: readonly Row[] = [
  ['a login code', CODE({ code: '493817' }), 'accepted'],
  ['a login code with a line break', CODE({ code: '493817\r\nBcc: canary@injected.test' }), 'breaks_schema', `${VARIABLES}/code`],
  ['a login code beside an unknown variable', CODE({ code: '493817', more: 1 }), 'breaks_schema', `${VARIABLES}/more`],
  ['a login code in a text that breaks off', '{"to":["ada@example.com"],"content":{"variables":{"code":"493817"', 'malformed_json'],
];

const caseOf = ([name, body, expect, pointer, mail]: Row): CommandCase => ({
  name,
  door: 'both',
  body,
  ...tabledEnd(expect),
  ...(pointer === undefined ? {} : { pointer }),
  ...(mail === undefined ? {} : { mail }),
});

export const TEMPLATE_CASES: readonly CommandCase[] = [
  ...ROWS.map(caseOf),
  ...LOGIN_CODES.map((row): CommandCase => ({ ...caseOf(row), source: 'auth' })),
];
