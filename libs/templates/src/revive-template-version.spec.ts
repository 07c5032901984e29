import { describe, expect, it } from 'vitest';
import { redactVariables } from './redact-variables.js';
import { reviveTemplateVersion } from './revive-template-version.js';
import type { CompiledLocale, TemplateVersion } from './template-version.js';
import type { VariableSchema } from './variables-schema.js';

const properties: Record<string, VariableSchema> = {
  name: { type: 'string' },
  text: { type: 'string', 'x-multiline': true },
  link: { type: 'string', format: 'uri' },
  code: { type: 'string', 'x-secret': true },
  items: {
    type: 'array',
    items: {
      type: 'object',
      required: ['title'],
      properties: { title: { type: 'string' }, note: { type: 'string', 'x-multiline': true } },
    },
  },
};

function versionOf(locale: Partial<CompiledLocale>, required: readonly string[] = ['name']): TemplateVersion {
  return reviveTemplateVersion({
    template_id: 'spec.template',
    template_hash: 'sha256:0',
    owner: 'spec',
    default_locale: 'en',
    on_uncertain: 'hold',
    variables_schema: { type: 'object', required, properties, additionalProperties: false },
    locales: { en: { subject: 'Subject', text: 'Text', html: '<p>Html</p>', ...locale } },
  });
}

const HOSTILE = `<script>alert("1")</script> & 'x' \`y\` = {{name}} {{{name}}}`;

describe('rendering', () => {
  it('escapes for HTML in the HTML, and not at all in subject and text', () => {
    const version = versionOf({ subject: '{{name}}', text: '{{name}}', html: '<p title="{{name}}">{{name}}</p>' });
    const rendered = version.render('en', { name: HOSTILE });
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;x&#x27; &#x60;y&#x60; &#x3D; {{name}} {{{name}}}';
    expect(rendered).toEqual({ ok: true, subject: HOSTILE, text: HOSTILE, html: `<p title="${escaped}">${escaped}</p>` });
  });

  it('keeps the line breaks of a multi-line variable: LF in text, <br> in HTML, escaped all the same', () => {
    const version = versionOf({ text: '{{text}}', html: '{{text}}{{#each items}}[{{note}}]{{/each}}' });
    const rendered = version.render('en', { name: 'n', text: 'a<b\r\n\r\nc\rd', items: [{ title: 't', note: 'x\n&' }] });
    expect(rendered).toMatchObject({ text: 'a<b\n\nc\nd', html: 'a&lt;b<br>\n<br>\nc<br>\nd[x<br>\n&amp;]' });
  });

  it('takes an empty multi-line variable for absent in {{#if}}, in HTML as in text', () => {
    const block = '{{#if text}}yes{{else}}no{{/if}}';
    expect(versionOf({ text: block, html: block }).render('en', { name: 'n', text: '' })).toMatchObject({ text: 'no', html: 'no' });
  });

  it('leaves out what is optional and absent, or null', () => {
    const version = versionOf({
      text: '{{name}}{{#if link}} {{link}}{{/if}}{{#each items}} {{title}}{{#if note}} {{note}}{{/if}}{{/each}}',
    });
    expect(version.render('en', { name: 'n' })).toMatchObject({ text: 'n' });
    expect(version.render('en', { name: 'n', link: null, items: [{ title: 't' }] })).toMatchObject({ text: 'n t' });
  });

  it.each([[{}], [{ name: null }], [{ name: { toString: 'x' } }]])(
    'fails rather than leave a blank where a required variable is not usable: %j',
    (variables: Record<string, unknown>) => {
      expect(versionOf({ text: '{{name}}' }).render('en', variables)).toEqual({ ok: false, error: 'the variable "name" is missing' });
    },
  );

  it('reaches declared variables only, and nothing that is inherited', () => {
    const version = versionOf({ text: '{{name}}' });
    expect(version.render('en', Object.create({ name: 'inherited' }) as Record<string, unknown>)).toMatchObject({ ok: false });
    expect(versionOf({ text: '{{other}}' }).render('en', { name: 'n', other: 'undeclared' })).toMatchObject({ ok: false });
    expect(versionOf({ text: '{{#if constructor}}x{{/if}}' }).render('en', { name: 'n' })).toMatchObject({
      text: '',
    });
  });

  it('has no helpers but if, unless and each', () => {
    for (const text of ['{{log name}}', '{{lookup this "name"}}', '{{#with this}}{{name}}{{/with}}', '{{helperMissing name}}']) {
      expect(versionOf({ text }).render('en', { name: 'n' }), text).toMatchObject({ ok: false });
    }
  });

  it.each([
    ['a\nb', 'the subject has more than one line'],
    ['a\rBcc: x@example.com', 'the subject has more than one line'],
    ['  ', 'the subject is empty'],
    ['x'.repeat(999), 'the subject has 999 characters, 998 are allowed'],
  ])('fails where the subject would be %j', (name, error) => {
    expect(versionOf({ subject: '{{name}}' }).render('en', { name })).toEqual({ ok: false, error });
  });

  it('never repeats a value in its error', () => {
    expect(JSON.stringify(versionOf({ text: '{{name.inner}}' }).render('en', { name: 'very-secret' }))).not.toContain('very-secret');
  });

  it('fails for a locale that the version does not have', () => {
    expect(versionOf({}).render('constructor', { name: 'n' })).toEqual({ ok: false, error: 'the template has no locale constructor' });
  });

  it('is the same after the version has been through the database', () => {
    const version = versionOf({ text: '{{name}}{{#each items}}{{@index}}{{title}}{{/each}}' });
    const variables = { name: 'n', items: [{ title: 'a' }, { title: 'b' }] };
    const revived = reviveTemplateVersion(JSON.parse(JSON.stringify(version.stored)) as TemplateVersion['stored']);
    expect(revived.render('en', variables)).toEqual(version.render('en', variables));
    expect(revived.render('en', variables)).toMatchObject({ text: 'n0a1b' });
  });
});

describe('redaction', () => {
  const version = versionOf({ text: '{{name}} {{code}}' }, ['name', 'code']);

  it('masks secret variables and undeclared ones, and nothing else', () => {
    expect(version.secretNames).toEqual(['code']);
    expect(redactVariables(version, { name: 'Ada', code: '123456', other: 'x', items: [] })).toEqual({
      name: 'Ada',
      code: '••••••',
      other: '••••••',
      items: [],
    });
  });

  it('still renders when the secret has been wiped', () => {
    expect(version.render('en', redactVariables(version, { name: 'Ada' }))).toMatchObject({ text: 'Ada ••••••' });
  });
});
