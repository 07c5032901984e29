import { readTemplateVersion, type Runner } from '@mail/persistence';
import { reviveTemplateVersion, type StoredTemplateVersion, type TemplateCatalog, type TemplateVersion } from '@mail/templates';

/** Versions of other builds that are kept compiled. */
const KEPT = 100;

export type FindTemplateVersion = (templateId: string, templateHash: string) => Promise<TemplateVersion | null>;

/**
 * Finds the version that a delivery was accepted with: in this process's catalog, else among those that any process ever brought;
 * `null` where it is in neither.
 */
export function templateVersions(catalog: TemplateCatalog, database: Runner): FindTemplateVersion {
  const revived = new Map<string, TemplateVersion>();
  return async (templateId, templateHash) => {
    const own = catalog.get(templateId);
    if (own?.templateHash === templateHash) return own;
    const known = revived.get(templateHash);
    if (known !== undefined) return known;
    const stored = await readTemplateVersion(database, templateId, templateHash);
    if (stored === null) return null;
    const version = reviveTemplateVersion(stored as StoredTemplateVersion);
    const [oldest] = revived.keys();
    if (revived.size >= KEPT && oldest !== undefined) revived.delete(oldest);
    revived.set(templateHash, version);
    return version;
  };
}
