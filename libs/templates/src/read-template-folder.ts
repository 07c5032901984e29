import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogFault } from './catalog-error.js';

const PARTS = ['subject.txt', 'body.txt', 'body.mjml'] as const;

export interface LocaleSources {
  readonly subject: string;
  readonly text: string;
  readonly mjml: string;
}

export interface TemplateFolder {
  readonly templateId: string;
  readonly path: string;
  /** Source of `manifest.json`; null when it is not there, which is a fault. */
  readonly manifest: string | null;
  /** Complete locales only, by canonical tag. */
  readonly locales: ReadonlyMap<string, LocaleSources>;
  /** Locale folders that are there, complete or not. */
  readonly localeNames: readonly string[];
  /** What is missing, and what nothing would ever read. */
  readonly faults: readonly CatalogFault[];
}

/** Reads `<dir>/<templateId>`; line ends become LF, so that a checkout's settings do not change a hash. */
export async function readTemplateFolder(dir: string, templateId: string): Promise<TemplateFolder> {
  const path = join(dir, templateId);
  const faults: CatalogFault[] = [];
  const fault = (file: string, message: string): void => void faults.push({ file, line: 1, message });
  const locales = new Map<string, LocaleSources>();
  const localeNames: string[] = [];
  let manifest: string | null = null;

  for (const name of await visibleEntries(path)) {
    const at = join(path, name);
    if (name === 'manifest.json') {
      manifest = await readSource(at, fault);
    } else if (isLocale(name)) {
      localeNames.push(name);
      const sources = await readLocale(at, fault);
      if (sources) locales.set(name, sources);
    } else {
      fault(at, 'is neither manifest.json nor a locale folder (a canonical language tag such as en, de-AT or zh-Hant)');
    }
  }
  if (manifest === null && !faults.some(({ file }) => file.endsWith('manifest.json'))) fault(join(path, 'manifest.json'), 'is missing');
  if (localeNames.length === 0) fault(path, 'has no locale folder');
  return { templateId, path, manifest, locales, localeNames, faults };
}

/** Names in a folder, sorted, without those that begin with a dot: editors and Kubernetes volumes leave such. */
export async function visibleEntries(path: string): Promise<string[]> {
  return (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
}

async function readLocale(path: string, fault: (file: string, message: string) => void): Promise<LocaleSources | null> {
  const names = await visibleEntries(path).catch(() => null);
  if (!names) {
    fault(path, 'is no folder');
    return null;
  }
  for (const name of names) if (!PARTS.some((part) => part === name)) fault(join(path, name), `is not one of ${PARTS.join(', ')}`);
  const [subject, text, mjml] = await Promise.all(
    PARTS.map((part) => (names.includes(part) ? readSource(join(path, part), fault) : (fault(join(path, part), 'is missing'), null))),
  );
  return typeof subject === 'string' && typeof text === 'string' && typeof mjml === 'string' ? { subject, text, mjml } : null;
}

/** UTF-8, strictly: a replacement character would be mailed. */
async function readSource(file: string, fault: (file: string, message: string) => void): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)).replaceAll('\r\n', '\n');
  } catch (error) {
    fault(file, error instanceof TypeError ? 'is not UTF-8' : `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function isLocale(name: string): boolean {
  try {
    // The standard also allows languages of five to eight letters; none is registered.
    return /^[a-z]{2,3}(-|$)/.test(name) && Intl.getCanonicalLocales(name)[0] === name;
  } catch {
    return false;
  }
}
