export { CatalogError, type CatalogFault } from './catalog-error.js';
export type { CompiledBodies } from './compile-bodies.js';
export { loadCatalog } from './load-catalog.js';
export { redactVariables } from './redact-variables.js';
export { reviveTemplateVersion } from './revive-template-version.js';
export type { TemplateAbout, TemplateCatalog } from './template-catalog.js';
export type { CompiledLocale, RenderResult, StoredTemplateVersion, TemplateVersion, VariablesCheck } from './template-version.js';
