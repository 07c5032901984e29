import { describe, expect, it } from 'vitest';
import { templateHash } from './template-hash.js';

const content = {
  template_id: 'spec.template',
  owner: 'spec',
  default_locale: 'en',
  on_uncertain: 'retry',
  variables_schema: { type: 'object', required: ['b', 'a'], properties: { b: { type: 'string' }, a: { type: 'string' } } },
  locales: { en: { subject: 's', text: 't', html: 'h' } },
} as const;

describe('a template hash', () => {
  it('does not depend on the order of keys, which jsonb does not keep', () => {
    const reordered = {
      locales: { en: { html: 'h', text: 't', subject: 's' } },
      variables_schema: { properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['b', 'a'], type: 'object' },
      on_uncertain: 'retry',
      default_locale: 'en',
      owner: 'spec',
      template_id: 'spec.template',
    } as const;
    expect(templateHash(reordered)).toBe(templateHash(content));
  });

  it.each([
    ['the id', { ...content, template_id: 'spec.other' }],
    ['the policy', { ...content, on_uncertain: 'hold' as const }],
    ['the order of a list', { ...content, variables_schema: { ...content.variables_schema, required: ['a', 'b'] } }],
    ['a locale', { ...content, locales: { ...content.locales, de: content.locales.en } }],
    ['a letter', { ...content, locales: { en: { ...content.locales.en, html: 'H' } } }],
  ])('changes with %s', (_what, changed) => {
    expect(templateHash(changed)).not.toBe(templateHash(content));
  });
});
