import type { TemplateVersion } from './template-version.js';

/** What a manifest says for people; not part of the version, so that a better description is not a new version. */
export interface TemplateAbout {
  readonly description: string;
  /** A full set of variables, proven to satisfy the schema and to render in every locale: for previews. */
  readonly examples: Readonly<Record<string, unknown>>;
}

/** The templates of this process: read once at start, immutable. */
export interface TemplateCatalog {
  get(templateId: string): TemplateVersion | undefined;
  /** Sorted by template id. */
  all(): readonly TemplateVersion[];
  about(templateId: string): TemplateAbout | undefined;
}
