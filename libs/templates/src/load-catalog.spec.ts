import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CatalogError } from './catalog-error.js';
import { loadCatalog } from './load-catalog.js';
import { reviveTemplateVersion } from './revive-template-version.js';
import type { TemplateCatalog } from './template-catalog.js';
import type { StoredTemplateVersion } from './template-version.js';

const TEMPLATES = join(import.meta.dirname, '../../../templates');

describe('the catalog of this repository', () => {
  let catalog: TemplateCatalog;
  let scratch: string;
  beforeAll(async () => {
    catalog = await loadCatalog(TEMPLATES);
    scratch = await mkdtemp(join(tmpdir(), 'catalog-'));
  });
  afterAll(() => rm(scratch, { recursive: true }));

  it('has its templates in English and German, sorted', () => {
    const ids = catalog.all().map(({ templateId }) => templateId);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toEqual(expect.arrayContaining(['auth.login_code', 'game.turn_ready', 'notification.generic']));
    for (const { locales, templateId } of catalog.all()) expect(locales, templateId).toEqual(expect.arrayContaining(['de', 'en']));
    expect(catalog.get('no.such')).toBeUndefined();
    expect(catalog.get('constructor')).toBeUndefined();
  });

  it('takes of a login code nothing but the code, which is secret and in no subject', () => {
    const version = catalog.get('auth.login_code');
    expect(version).toMatchObject({ secretNames: ['code'], onUncertain: 'retry' });
    expect(version?.checkVariables({ code: '123456' })).toEqual({ ok: true });
    expect(version?.checkVariables({})).toMatchObject({ ok: false, refusal: { faults: [{ pointer: '/content/variables/code' }] } });
    expect(version?.checkVariables({ code: '1', name: 'x' })).toMatchObject({ ok: false });
    for (const locale of version?.locales ?? []) {
      const rendered = version?.render(locale, { code: 'QX-7781' });
      expect(rendered).toMatchObject({ ok: true, text: expect.stringContaining('QX-7781'), html: expect.stringContaining('QX-7781') });
      expect(rendered).not.toMatchObject({ subject: expect.stringContaining('QX-7781') });
    }
  });

  it('says in the plain text what it says in the HTML', () => {
    const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('=', '&#x3D;');
    const leaves = (value: unknown): string[] =>
      typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : String(value).split('\n').filter(Boolean);
    for (const version of catalog.all()) {
      const examples = catalog.about(version.templateId)?.examples ?? {};
      for (const locale of version.locales) {
        const rendered = version.render(locale, examples);
        if (!rendered.ok) throw new Error(rendered.error);
        for (const leaf of leaves(examples)) {
          expect(rendered.text).toContain(leaf);
          expect(rendered.html).toContain(escaped(leaf));
        }
        expect(rendered.html).toContain(`<html lang="${locale}"`);
        expect(`${rendered.subject}${rendered.text}${rendered.html}`).not.toMatch(/\{\{|\}\}|undefined|\[object|tagword/);
        expect(rendered.html).not.toMatch(/@import|fonts\.googleapis/);
      }
    }
  });

  it('has the same hashes whenever and wherever it is read', async () => {
    const copy = join(scratch, 'crlf');
    await cp(TEMPLATES, copy, { recursive: true });
    for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
    }
    const hashes = (of: TemplateCatalog): string[] => of.all().map(({ templateHash }) => templateHash);
    expect(hashes(await loadCatalog(copy))).toEqual(hashes(catalog));
    for (const hash of hashes(catalog)) expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('has another hash for a template of which one letter changed, and for no other', async () => {
    const copy = join(scratch, 'edited');
    await cp(TEMPLATES, copy, { recursive: true });
    await writeFile(join(copy, 'auth.login_code/de/subject.txt'), 'Ihr Anmeldecodf\n');
    const edited = await loadCatalog(copy);
    const changed = edited.all().filter(({ templateId, templateHash }) => catalog.get(templateId)?.templateHash !== templateHash);
    expect(changed.map(({ templateId }) => templateId)).toEqual(['auth.login_code']);
  });

  it('renders from a stored version what it renders itself', () => {
    for (const version of catalog.all()) {
      const stored = JSON.parse(JSON.stringify(version.stored)) as StoredTemplateVersion;
      const examples = catalog.about(version.templateId)?.examples ?? {};
      for (const locale of version.locales)
        expect(reviveTemplateVersion(stored).render(locale, examples)).toEqual(version.render(locale, examples));
    }
  });

  it('is refused where there is none', async () => {
    await expect(loadCatalog(join(scratch, 'absent'))).rejects.toThrow(CatalogError);
    await expect(loadCatalog(await mkdtemp(join(scratch, 'empty-')))).rejects.toThrow('has no templates');
  });
});
