import { compileVariablesCheck } from './check-variables.js';
import { renderParts } from './render-parts.js';
import { resolveLocale } from './resolve-locale.js';
import type { RenderResult, StoredTemplateVersion, TemplateVersion } from './template-version.js';
import type { VariablesSchema } from './variables-schema.js';

/**
 * A version that can check and render, from what the database keeps. Cheap: a locale is compiled when it is first
 * rendered, the check when it is first asked for, and MJML is not needed at all. The hash is taken as it is.
 */
export function reviveTemplateVersion(stored: StoredTemplateVersion): TemplateVersion {
  const schema = stored.variables_schema as VariablesSchema;
  const locales = Object.keys(stored.locales).sort();
  const renderers = new Map<string, ReturnType<typeof renderParts>>();
  let check: TemplateVersion['checkVariables'] | null = null;

  return {
    templateId: stored.template_id,
    templateHash: stored.template_hash,
    owner: stored.owner,
    defaultLocale: stored.default_locale,
    onUncertain: stored.on_uncertain,
    secretNames: Object.keys(schema.properties).filter((name) => schema.properties[name]?.['x-secret'] === true),
    locales,
    stored,
    resolveLocale: (requested) => resolveLocale(requested, locales, stored.default_locale),
    checkVariables: (variables) => (check ??= compileVariablesCheck(schema))(variables),
    render: (locale, variables): RenderResult => {
      let render = renderers.get(locale);
      if (!render) {
        const sources = Object.hasOwn(stored.locales, locale) ? stored.locales[locale] : undefined;
        if (!sources) return { ok: false, error: `the template has no locale ${locale}` };
        render = renderParts(schema, sources);
        renderers.set(locale, render);
      }
      return render(variables);
    },
  };
}
