import { stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CatalogError, type CatalogFault } from './catalog-error.js';
import { compileBodies, type CompiledBodies } from './compile-bodies.js';
import { draftTemplate, finishBody, finishTemplate, type TemplateDraft } from './load-template.js';
import { readTemplateFolder, visibleEntries } from './read-template-folder.js';
import type { TemplateAbout, TemplateCatalog } from './template-catalog.js';
import type { TemplateVersion } from './template-version.js';

const TEMPLATE_ID = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

/**
 * Reads, checks and compiles every template below `dir`. Throws a `CatalogError` with all faults of all templates; a
 * catalog is whole or not there. `known`: what earlier starts have compiled.
 */
export async function loadCatalog(dir: string, known: CompiledBodies | null = null): Promise<TemplateCatalog> {
  const { drafts, faults } = await readDrafts(dir);
  const versions = new Map<string, TemplateVersion>();
  const abouts = new Map<string, TemplateAbout>();

  const jobs = drafts.flatMap((draft) => [...draft.bodies].map(([locale, body]) => ({ draft, locale, body })));
  const compiled = await compileBodies(
    jobs.map(({ body }) => body.masked.source),
    known,
  );
  const bodies = new Map<TemplateDraft, Map<string, string>>(drafts.map((draft) => [draft, new Map()]));
  for (const [index, { draft, locale, body }] of jobs.entries()) {
    const result = compiled[index];
    if (!draft.manifest || !result) continue;
    const finished = finishBody(body, result, draft.manifest.variables);
    if ('html' in finished) bodies.get(draft)?.set(locale, finished.html);
    else faults.push(...finished.faults.map((fault) => ({ file: join(draft.folder.path, locale, 'body.mjml'), ...fault })));
  }

  for (const draft of drafts) {
    const html = bodies.get(draft);
    if (!draft.manifest || !html || faults.some(({ file }) => isWithin(file, draft.folder.path))) continue;
    const { version, faults: found } = finishTemplate(draft, draft.manifest, html);
    faults.push(...found);
    versions.set(version.templateId, version);
    abouts.set(version.templateId, { description: draft.manifest.description, examples: draft.manifest.examples });
  }
  if (faults.length > 0) throw new CatalogError(faults);
  const all = [...versions.values()];
  return { get: (templateId) => versions.get(templateId), all: () => all, about: (templateId) => abouts.get(templateId) };
}

const isWithin = (file: string, folder: string): boolean => file === folder || file.startsWith(folder + sep);

async function readDrafts(dir: string): Promise<{ drafts: TemplateDraft[]; faults: CatalogFault[] }> {
  const names = await visibleEntries(dir).catch((error: NodeJS.ErrnoException) => {
    throw new CatalogError([{ file: dir, line: 1, message: `cannot be read: ${error.message}` }]);
  });
  const faults: CatalogFault[] = [];
  const drafts: TemplateDraft[] = [];
  for (const name of names) {
    if (name === 'README.md') continue;
    if (!TEMPLATE_ID.test(name) || !(await stat(join(dir, name))).isDirectory()) {
      faults.push({
        file: join(dir, name),
        line: 1,
        message: 'is no template: a folder named like game.turn_ready (a-z, 0-9, and . _ - between)',
      });
      continue;
    }
    const draft = draftTemplate(await readTemplateFolder(dir, name));
    faults.push(...draft.faults);
    drafts.push(draft);
  }
  if (names.length === 0) faults.push({ file: dir, line: 1, message: 'has no templates' });
  return { drafts, faults };
}
