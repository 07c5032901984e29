import { isDatabaseUnavailable, readCompiledBodies, recordCompiledBodies, recordTemplateVersions, type Database } from '@mail/persistence';
import { CatalogError, loadCatalog, type CompiledBodies, type TemplateCatalog } from '@mail/templates';
import type { ProcessContext } from '../run-process.js';
import { catalogFault } from '../startup-error.js';
import { postgresUnavailable } from './connect-postgres.js';

/**
 * Loads and validates the whole catalog, else exit 65 with every fault; and records the versions that this process brings. Exit 69
 * when PostgreSQL is lost meanwhile.
 */
export async function loadTemplates(context: ProcessContext, database: Database): Promise<TemplateCatalog> {
  return load(context, database).catch((error: unknown) => {
    throw isDatabaseUnavailable(error) ? postgresUnavailable(context.config, error) : error;
  });
}

async function load({ config, logger }: ProcessContext, database: Database): Promise<TemplateCatalog> {
  const known: CompiledBodies = {
    read: (hashes) => readCompiledBodies(database, hashes),
    write: (bodies) => recordCompiledBodies(database, bodies),
  };
  const catalog = await loadCatalog(config.templateDir, known).catch((error: unknown) => {
    if (!(error instanceof CatalogError)) throw error;
    throw catalogFault(error.faults.map(({ file, line, message }) => `${file}:${line}: ${message}`));
  });
  const versions = catalog.all().map(({ stored }) => stored);
  await recordTemplateVersions(database, versions);
  logger.info(
    { event: 'templates_loaded', templates: versions.map(({ template_id, template_hash }) => `${template_id} ${template_hash}`) },
    'templates loaded',
  );
  return catalog;
}
