import type { OnUncertain } from './vocabulary.js';

export interface Template {
  readonly template_id: string;
  readonly template_hash: string;
  readonly owner: string;
  readonly description: string | null;
  readonly default_locale: string;
  readonly locales: readonly string[];
  readonly on_uncertain: OnUncertain;
  readonly secret_names: readonly string[];
}

export interface ShownTemplate extends Template {
  /** JSON Schema. */
  readonly variables_schema: Readonly<Record<string, unknown>>;
  readonly examples: Readonly<Record<string, unknown>>;
}

export interface PreviewRequest {
  readonly locale?: string | null;
  /** By default the examples of the template's manifest. */
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

export interface Preview {
  readonly template_id: string;
  readonly template_hash: string;
  readonly locale: string;
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
}
