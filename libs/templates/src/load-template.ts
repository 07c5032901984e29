import { join } from 'node:path';
import type { CatalogFault, LineFault } from './catalog-error.js';
import { checkContexts } from './check-contexts.js';
import { checkLocale, type MjmlDraft } from './check-locale.js';
import type { MjmlResult } from './compile-mjml.js';
import { jsonLines } from './json-lines.js';
import { readManifest, type Manifest } from './manifest.js';
import { readPlaceholders } from './read-placeholders.js';
import type { TemplateFolder } from './read-template-folder.js';
import { reviveTemplateVersion } from './revive-template-version.js';
import { templateHash } from './template-hash.js';
import type { CompiledLocale, TemplateVersion } from './template-version.js';
import type { VariablesSchema } from './variables-schema.js';

/** A template halfway: checked as far as that goes without MJML, its bodies ready to be compiled. */
export interface TemplateDraft {
  readonly folder: TemplateFolder;
  /** Null when it has faults. */
  readonly manifest: Manifest | null;
  readonly bodies: ReadonlyMap<string, MjmlDraft>;
  readonly faults: readonly CatalogFault[];
}

export function draftTemplate(folder: TemplateFolder): TemplateDraft {
  const faults = [...folder.faults];
  const bodies = new Map<string, MjmlDraft>();
  if (folder.manifest === null) return { folder, manifest: null, bodies, faults };
  const reading = readManifest(folder.manifest);
  if (!reading.ok) {
    // Without a schema the sources cannot be judged: their faults come with the next attempt.
    faults.push(...reading.faults.map((fault) => ({ file: join(folder.path, 'manifest.json'), ...fault })));
    return { folder, manifest: null, bodies, faults };
  }
  const { manifest } = reading;
  if (!folder.localeNames.includes(manifest.default_locale)) {
    const line = jsonLines(folder.manifest).get('/default_locale') ?? 1;
    faults.push({
      file: join(folder.path, 'manifest.json'),
      line,
      message: `the default locale "${manifest.default_locale}" has no folder`,
    });
  }
  for (const [locale, sources] of folder.locales) {
    const check = checkLocale(join(folder.path, locale), locale, sources, manifest.variables);
    faults.push(...check.faults);
    if (check.draft) bodies.set(locale, check.draft);
  }
  return { folder, manifest, bodies, faults };
}

/** The HTML of one body with its placeholders back in place, checked, or what is wrong with it. */
export function finishBody(draft: MjmlDraft, compiled: MjmlResult, schema: VariablesSchema): { html: string } | { faults: LineFault[] } {
  const { masked, placeholders } = draft;
  if (!compiled.ok) return { faults: compiled.faults.map(({ line, message }) => ({ line, message: masked.restore(message) })) };
  const html = masked.restore(compiled.html);
  const faults = checkContexts(compiled.html, masked, placeholders);
  // MJML moves things about (the title goes to the head): what it made is read again as if it had been written.
  if (faults.length === 0)
    faults.push(...readPlaceholders(html, schema).faults.map(({ message }) => ({ line: 1, message: `as HTML: ${message}` })));
  return faults.length > 0 ? { faults } : { html };
}

/** The version of a template without faults. Its examples must render in every locale, with and without what is optional. */
export function finishTemplate(
  { folder }: TemplateDraft,
  manifest: Manifest,
  html: ReadonlyMap<string, string>,
): { version: TemplateVersion; faults: readonly CatalogFault[] } {
  const locales: Record<string, CompiledLocale> = {};
  for (const [locale, sources] of folder.locales) {
    locales[locale] = { subject: sources.subject.trim(), text: `${sources.text.trim()}\n`, html: html.get(locale) ?? '' };
  }
  const content = {
    template_id: folder.templateId,
    owner: manifest.owner,
    default_locale: manifest.default_locale,
    on_uncertain: manifest.on_uncertain,
    variables_schema: manifest.variables,
    locales,
  };
  const version = reviveTemplateVersion({ ...content, template_hash: templateHash(content) });
  const required = Object.fromEntries(Object.entries(manifest.examples).filter(([name]) => manifest.variables.required?.includes(name)));
  const faults = version.locales.flatMap((locale) =>
    [manifest.examples, required].flatMap((variables, index) => {
      const rendered = version.render(locale, variables);
      if (rendered.ok) return [];
      const which = index === 0 ? 'the examples' : 'the required ones of the examples';
      return [{ file: join(folder.path, locale), line: 1, message: `does not render with ${which}: ${rendered.error}` }];
    }),
  );
  return { version, faults };
}
