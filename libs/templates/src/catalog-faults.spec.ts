import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogError, type CatalogFault } from './catalog-error.js';
import { loadCatalog } from './load-catalog.js';

const VARIABLES = {
  type: 'object',
  required: ['name', 'events'],
  properties: {
    name: { type: 'string' },
    nick: { type: 'string' },
    link: { type: 'string', format: 'uri' },
    text: { type: 'string', 'x-multiline': true },
    code: { type: 'string', 'x-secret': true },
    who: { type: 'object', required: ['first'], properties: { first: { type: 'string' } } },
    events: {
      type: 'array',
      items: { type: 'object', required: ['title'], properties: { title: { type: 'string' }, note: { type: 'string' } } },
    },
  },
};
const MANIFEST = {
  owner: 'spec',
  description: 'A spec',
  default_locale: 'en',
  on_uncertain: 'retry',
  variables: VARIABLES,
  examples: { name: 'n', events: [] },
};
const manifest = (changes: object): string => JSON.stringify({ ...MANIFEST, ...changes }, null, 2);
const variable = (schema: object): string =>
  manifest({ variables: { ...VARIABLES, properties: { odd: schema, ...VARIABLES.properties } } });
/** A body with `content` on line 3, in a component that takes it. */
const inText = (content: string): string =>
  `<mjml lang="en"><mj-body><mj-section><mj-column>\n<mj-text>\n${content}\n</mj-text></mj-column></mj-section></mj-body></mjml>\n`;
/** A body with `content` on line 2, in a column. */
const inColumn = (content: string): string =>
  `<mjml lang="en"><mj-body><mj-section><mj-column>\n${content}\n</mj-column></mj-section></mj-body></mjml>\n`;

type Files = Readonly<Record<string, string | null>>;
/** What is wrong; the files that are changed (null: absent); the file and line that are named; what is said. */
type Planted = readonly [rule: string, changes: Files, at: string, message: RegExp];

const SOUND: Files = {
  'manifest.json': manifest({}),
  'en/subject.txt': 'Hello {{name}}\n',
  'en/body.txt': [
    'Hello {{name}}{{#if this.nick}} {{nick}}{{else if who}} {{who.first}}{{/if}}{{! a comment with <b> }}',
    '{{#each events}}{{@index}} {{this.title}} {{../name}}{{#if ../nick}} {{../nick}}{{/if}}{{#unless @last}},{{/unless}}{{else}}none{{/each}}',
    '{{#unless link}}no link{{else}}{{link}}{{/unless}}',
  ].join('\n'),
  'en/body.mjml': inText(
    'Hello {{name}}{{!-- a }} > comment\nof <i> two lines --}} {{#if link}}<a href="{{link}}" title="{{name}}">{{link}}</a><br>{{/if}}{{#if text}}{{text}}{{/if}}',
  ),
};

const mjml = (rule: string, body: string, line: number, message: RegExp): Planted => [
  rule,
  { 'en/body.mjml': body },
  `en/body.mjml:${line}`,
  message,
];
const text = (rule: string, body: string, line: number, message: RegExp): Planted => [
  rule,
  { 'en/body.txt': body },
  `en/body.txt:${line}`,
  message,
];
/** The fault is at the first line that has `near` in it. */
const json = (rule: string, source: string, near: string, message: RegExp): Planted => {
  const line = source.split('\n').findIndex((candidate) => candidate.includes(near)) + 1;
  return [rule, { 'manifest.json': source }, `manifest.json:${line}`, message];
};

const PLANTED: readonly Planted[] = [
  ['a manifest that is missing', { 'manifest.json': null }, 'manifest.json:1', /is missing/],
  json('a manifest that is no JSON', '{\n  "owner": "x",\n  oops\n}', 'oops', /is no JSON/),
  json('a manifest without an owner', manifest({ owner: undefined }), '{', /'owner'/),
  json('an unknown property of a manifest', manifest({ colour: 'red' }), 'colour', /\/colour is not known here/),
  json('an unknown on_uncertain', manifest({ on_uncertain: 'drop' }), 'drop', /\/on_uncertain .*retry, hold/),
  json('a default locale without a folder', manifest({ default_locale: 'fr' }), 'default_locale', /"fr" has no folder/),
  json('a variable without a type', variable({}), 'odd', /\/odd .*'type'/),
  json('an unknown keyword of a variable', variable({ type: 'string', maxlength: 3 }), 'maxlength', /maxlength is not known/),
  json('a format that nobody checks', variable({ type: 'string', format: 'colour' }), 'colour', /format/),
  json('a keyword that does not fit the type', variable({ type: 'integer', maxLength: 3 }), '"variables"', /no usable schema/),
  json('a secret in a list', variable({ type: 'array', items: { type: 'string', 'x-secret': true } }), 'x-secret', /top-level/),
  json('a multi-line number', variable({ type: 'integer', 'x-multiline': true }), 'integer', /string/),
  json('a list without items', variable({ type: 'array' }), 'odd', /'items'/),
  json(
    'a name that is a helper',
    manifest({ variables: { type: 'object', properties: { each: { type: 'string' } } } }),
    'each',
    /no name for a variable/,
  ),
  json(
    'a name that reaches a prototype',
    manifest({ variables: { type: 'object', properties: { ['__proto__']: { type: 'string' } } } }),
    '__proto__',
    /no name for a variable/,
  ),
  json(
    'a required variable that is not declared',
    manifest({ variables: { ...VARIABLES, required: ['nome'] } }),
    'nome',
    /"nome", which is not declared/,
  ),
  json(
    'examples that do not satisfy the schema',
    manifest({ examples: { name: 7, events: [] } }),
    '"name": 7',
    /\/examples\/name must be string/,
  ),
  json('examples that lack a required variable', manifest({ examples: { name: 'n' } }), 'examples', /\/examples\/events is required/),

  ['a locale without a part', { 'en/body.txt': null }, 'en/body.txt:1', /is missing/],
  ['a file that nothing reads', { 'en/body.html': 'x' }, 'en/body.html:1', /is not one of/],
  ['a folder that is no locale', { 'english/subject.txt': 'x' }, 'english:1', /canonical language tag/],
  ['a locale that is not in canonical form', { 'de-at/subject.txt': 'x' }, 'de-at:1', /canonical language tag/],
  ['a part that is empty', { 'en/body.txt': ' \n' }, 'en/body.txt:1', /is empty/],

  ['a subject of two lines', { 'en/subject.txt': 'a\nb\n' }, 'en/subject.txt:2', /one line/],
  ['a multi-line variable in a subject', { 'en/subject.txt': 'x{{#if text}}{{text}}{{/if}}' }, 'en/subject.txt:1', /may break lines/],
  ['a secret in a subject', { 'en/subject.txt': 'x{{#if code}}{{code}}{{/if}}' }, 'en/subject.txt:1', /is secret/],
  ['a subject that renders empty', { 'en/subject.txt': '{{#if nick}}{{nick}}{{/if}}' }, 'en:1', /the subject is empty/],

  text('Handlebars that does not parse', 'a\n{{#if name}}\n', 3, /is no Handlebars/),
  text('a block that another tag closes', 'a\n{{#if name}}x{{/each}}', 2, /is no Handlebars/),
  text('an undeclared variable', 'a\n{{nome}}', 2, /"nome" is not declared/),
  text('an undeclared variable inside a list', '{{#each events}}\n{{name}}{{/each}}', 2, /"name" is not declared/),
  text('a path above the variables', '{{../name}}', 1, /not declared/),
  text('a path into what is no object', '{{name.length}}', 1, /not declared/),
  text('an undeclared variable in a condition', '{{#if nome}}x{{/if}}', 1, /"nome" is not declared/),
  text('loop data outside a loop', '{{@index}}', 1, /not declared/),
  text('the whole of the variables', '{{@root.name}}', 1, /not declared/),
  text('an optional variable that nothing guards', 'a\n\n{{nick}}', 3, /"nick" is optional/),
  text('an optional variable in the wrong branch', '{{#if nick}}x{{else}}\n{{nick}}{{/if}}', 2, /"nick" is optional/),
  text('an optional variable guarded by unless', '{{#unless nick}}{{nick}}{{/unless}}', 1, /"nick" is optional/),
  text('an optional variable of a list item that nothing guards', '{{#each events}}{{note}}{{/each}}', 1, /"note" is optional/),
  text(
    'an optional variable guarded for another item only',
    '{{#each events}}{{#if note}}{{#each ../events}}{{note}}{{/each}}{{/if}}{{/each}}',
    1,
    /"note" is optional/,
  ),
  text('a variable of an optional object that nothing guards', '{{who.first}}', 1, /"who" is optional/),
  text('a list as a value', '{{events}}', 1, /is an array/),
  text('a loop over what is no list', '{{#each name}}x{{/each}}', 1, /is no list/),
  text('a triple stash', 'a\n{{{name}}}', 2, /unescaped/),
  text('an ampersand', '{{&name}}', 1, /unescaped/),
  text('a raw block', '{{{{if}}}}x{{{{/if}}}}', 1, /raw blocks/),
  text('an escaped brace', '\\{{name}} x', 1, /escaped or raw/),
  text('a partial', '{{> name}}', 1, /partials/),
  text('a decorator', '{{* name}}', 1, /partials and decorators/),
  text('a helper', '{{log name}}', 1, /no helpers/),
  text('a literal', '{{"x"}}', 1, /no literals/),
  text('a block helper that is not allowed', '{{#with who}}x{{/with}}', 1, /only if, unless, each/),
  text('block parameters', '{{#each events as |e|}}x{{/each}}', 1, /nothing else/),

  mjml('an undeclared variable in MJML', inText('{{nome}}'), 3, /"nome" is not declared/),
  mjml('an element that is not closed', inText('<b>Hello {{name}}'), 3, /<b> is not closed/),
  mjml('a component that is not closed', inColumn('<mj-text>Hello\n<mj-text>x</mj-text>'), 2, /<mj-text> is not closed/),
  mjml('an element that is closed twice', inText('<b>x</b></b>'), 3, /<\/b> closes nothing/),
  mjml('a tag that does not end', inText('<a href="x'), 3, /does not end/),
  mjml('an unknown component', inColumn('<mj-txt>x</mj-txt>'), 2, /mj-txt/),
  mjml('an unknown attribute', inColumn('<mj-text colour="red">x</mj-text>'), 2, /colour/),
  mjml('a placeholder where MJML wants a colour', inColumn('<mj-text color="{{name}}">x</mj-text>'), 2, /\{\{name\}\}/),
  mjml('a body in another language than its folder', inText('x').replace('lang="en"', 'lang="de"'), 1, /<mjml lang="en">/),
  mjml('an include', inColumn('<mj-include path="x.mjml" />'), 2, /mj-include/),
  mjml('a placeholder that MJML drops', inColumn('{{name}}'), 2, /is lost/),
  mjml('a placeholder in a comment', inText('<!-- {{name}} -->'), 3, /\{\{name\}\} is (lost|in a comment)/),
  mjml('a placeholder in a style element', inText('<style>.x { color: {{name}} }</style>'), 3, /inside <style>/),
  mjml('a placeholder in a script', inText('<script>let x = "{{name}}"</script>'), 3, /inside <script>/),
  mjml('a placeholder in a style attribute', inText('<b style="color: {{name}}">x</b>'), 3, /attribute style/),
  mjml('a placeholder in an event handler', inText('<b onclick="{{name}}">x</b>'), 3, /attribute onclick/),
  mjml('a placeholder in an attribute without quotes', inText('<b title={{name}}>x</b>'), 3, /without quotes/),
  mjml('a placeholder as an attribute', inText('<b {{name}}>x</b>'), 3, /in a tag/),
  mjml('a placeholder as an element', inText('<{{name}}>x'), 3, /in a tag|does not end|not closed/),
  mjml('a link that is not declared as one', inText('<a href="{{name}}">x</a>'), 3, /"format": "uri"/),
  mjml('a link of a component that is not declared as one', inColumn('<mj-button href="{{name}}">x</mj-button>'), 2, /"format": "uri"/),
  mjml('a part of a link', inText('{{#if link}}<a href="{{link}}?x=1">x</a>{{/if}}'), 3, /whole value of href/),
  mjml('a link that would load a script', inText('{{#if link}}<script src="{{link}}"></script>{{/if}}'), 3, /attribute src of <script>/),
  mjml(
    'a placeholder in a background',
    inColumn('<mj-raw>{{#if link}}</mj-raw><mj-text><b background="{{link}}">x</b></mj-text><mj-raw>{{/if}}</mj-raw>'),
    2,
    /attribute background/,
  ),
  mjml(
    'a multi-line variable in an attribute',
    inText('{{#if text}}<img alt="{{text}}" src="https://example.com/x.png" />{{/if}}'),
    3,
    /may break lines/,
  ),
  mjml(
    'a block that ends elsewhere than it began',
    inText('<b title="{{#if nick}}">x</b>{{/if}}<b title="x">x</b>'),
    3,
    /another part of the HTML/,
  ),
];

describe('a catalog', () => {
  let dir: string;
  let faults: readonly CatalogFault[];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'faults-'));
    const write = async (file: string, content: string | null): Promise<void> => {
      if (content === null) return;
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await writeFile(join(dir, file), content);
    };
    const plant = (id: string, files: Files) =>
      Promise.all(Object.entries(files).map(([file, content]) => write(`${id}/${file}`, content)));
    await plant('sound', SOUND);
    await Promise.all(PLANTED.map(([, changes], index) => plant(`planted-${index}`, { ...SOUND, ...changes })));
    await write('Upper/manifest.json', '{}');
    await write('stray.txt', 'x');
    await write('.hidden/x', 'x');
    await write('README.md', 'x');
    faults = await loadCatalog(dir).then(
      () => [],
      (error: unknown) => {
        if (error instanceof CatalogError) return error.faults;
        throw error;
      },
    );
  });
  afterAll(() => rm(dir, { recursive: true }));

  const faultsOf = (id: string): string[] =>
    faults
      .filter(({ file }) => relative(dir, file).split('/')[0] === id)
      .map(({ file, line, message }) => `${relative(join(dir, id), file)}:${line}: ${message}`);

  it('has no fault in a template that has none, whatever the others have', () => expect(faultsOf('sound')).toEqual([]));

  it.each(PLANTED.map(([rule, , at, message], index) => ({ rule, at, message, index })))('refuses $rule', ({ at, message, index }) => {
    const found = faultsOf(`planted-${index}`);
    expect(found.length, 'a fault is found').toBeGreaterThan(0);
    expect(found.filter((fault) => !fault.startsWith(`${at}: `) || !message.test(fault))).toEqual([]);
  });

  it('refuses what is no template, but for hidden files and its README', () => {
    const roots = new Set(faults.map(({ file }) => relative(dir, file).split('/')[0]).filter((root) => !root?.startsWith('planted-')));
    expect(roots).toEqual(new Set(['Upper', 'stray.txt']));
  });
});
