import { join } from 'node:path';
import { checkBalance } from './check-balance.js';
import type { CatalogFault, LineFault } from './catalog-error.js';
import { maskTags, type MaskedSource } from './mask-tags.js';
import { readPlaceholders, type Placeholder } from './read-placeholders.js';
import type { LocaleSources } from './read-template-folder.js';
import { scanMarkup } from './markup.js';
import type { VariablesSchema } from './variables-schema.js';

/** A body that is ready for MJML: its Handlebars tags masked, its values known. */
export interface MjmlDraft {
  readonly masked: MaskedSource;
  readonly placeholders: readonly Placeholder[];
}

export interface LocaleCheck {
  readonly faults: readonly CatalogFault[];
  /** Null when the body has faults that MJML would only repeat. */
  readonly draft: MjmlDraft | null;
}

/** Checks the sources of one locale as far as that goes before MJML has compiled the body. */
export function checkLocale(path: string, locale: string, sources: LocaleSources, schema: VariablesSchema): LocaleCheck {
  const inFile = (name: string, faults: readonly LineFault[]): CatalogFault[] =>
    faults.map((fault) => ({ file: join(path, name), ...fault }));
  const mjml = readPlaceholders(sources.mjml, schema);
  const masked = maskTags(sources.mjml);
  const mjmlFaults = [...mjml.faults, ...checkBalance(masked.source), ...checkRoot(masked.source, locale)];
  return {
    faults: [
      ...inFile('subject.txt', checkSubject(sources.subject, schema)),
      ...inFile('body.txt', [...readPlaceholders(sources.text, schema).faults, ...notEmpty(sources.text)]),
      ...inFile('body.mjml', mjmlFaults),
    ],
    draft: mjmlFaults.length === 0 ? { masked, placeholders: mjml.placeholders } : null,
  };
}

function checkSubject(source: string, schema: VariablesSchema): LineFault[] {
  const { placeholders, faults } = readPlaceholders(source, schema);
  const found: LineFault[] = [...faults, ...notEmpty(source)];
  if (source.trim().includes('\n')) found.push({ line: 2, message: 'a subject is one line' });
  for (const { line, name, schema: variable } of placeholders) {
    if (variable['x-multiline']) found.push({ line, message: `{{${name}}} may break lines (x-multiline), and a subject is one line` });
    if (variable['x-secret']) found.push({ line, message: `{{${name}}} is secret, and mail servers write subjects into their logs` });
  }
  return found;
}

/** Screen readers choose a voice by `lang`; an include would read files that are no part of the catalog. */
function checkRoot(masked: string, locale: string): LineFault[] {
  const faults: LineFault[] = [];
  const pieces = scanMarkup(masked);
  const root = pieces.find((piece) => piece.kind === 'open');
  const lang = root?.kind === 'open' ? root.attributes.find(({ name }) => name === 'lang') : undefined;
  if (root?.kind !== 'open' || root.name !== 'mjml' || !lang || masked.slice(lang.start, lang.end) !== locale) {
    faults.push({ line: 1, message: `must begin with <mjml lang="${locale}">` });
  }
  for (const piece of pieces) {
    if (piece.kind !== 'open' || piece.name !== 'mj-include') continue;
    faults.push({ line: masked.slice(0, piece.start).split('\n').length, message: '<mj-include> is not allowed' });
  }
  return faults;
}

const notEmpty = (source: string): LineFault[] => (source.trim() === '' ? [{ line: 1, message: 'is empty' }] : []);
