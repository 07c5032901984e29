import type { TemplateCatalog } from './template-catalog.js';

export async function loadCatalog(dir: string): Promise<TemplateCatalog> {
  throw new Error(`not yet: ${dir}`);
}
