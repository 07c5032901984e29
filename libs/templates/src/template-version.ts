import type { Refusal } from '@mail/domain';

/** Handlebars sources of one locale. `html` is what MJML made of the body, placeholders kept. */
export interface CompiledLocale {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A template version as plain JSON: what the database keeps, so that any process can render a pinned version later. */
export interface StoredTemplateVersion {
  readonly template_id: string;
  /** `sha256:<hex>` over the canonical JSON of all the other fields. */
  readonly template_hash: string;
  readonly owner: string;
  readonly default_locale: string;
  readonly on_uncertain: 'retry' | 'hold';
  /** A `VariablesSchema`. */
  readonly variables_schema: object;
  readonly locales: Readonly<Record<string, CompiledLocale>>;
}

export type VariablesCheck = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

export type RenderResult =
  | { readonly ok: true; readonly subject: string; readonly text: string; readonly html: string }
  | { readonly ok: false; readonly error: string };

export interface TemplateVersion {
  readonly templateId: string;
  readonly templateHash: string;
  readonly owner: string;
  readonly defaultLocale: string;
  readonly onUncertain: 'retry' | 'hold';
  /** Top-level variables that are secret. */
  readonly secretNames: readonly string[];
  /** Canonical BCP 47 tags, sorted. */
  readonly locales: readonly string[];
  readonly stored: StoredTemplateVersion;
  /** The locale to render for a requested one: exact, then language, then the default. Case does not matter. */
  resolveLocale(requested: string | null): string;
  /**
   * Whether these variables can be rendered. The refusal's code is `missing_variable` where all that is wrong is what is missing, else
   * `validation_failed`; its pointers begin with `/content/variables`, and it never repeats a value. One fault a variable.
   */
  checkVariables(variables: Readonly<Record<string, unknown>>): VariablesCheck;
  /**
   * Pure and synchronous: the same arguments give the same bytes. `subject` is one line of at most 998 characters,
   * `text` and `html` have LF line ends. The error is fit for a log: it repeats no value.
   */
  render(locale: string, variables: Readonly<Record<string, unknown>>): RenderResult;
}
