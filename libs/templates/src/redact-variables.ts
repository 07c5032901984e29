import type { TemplateVersion } from './template-version.js';
import type { VariablesSchema } from './variables-schema.js';

const MASK = '••••••';

/**
 * The variables as an operator may see them: secret ones masked, also where they were wiped already but the template
 * cannot render without them. What the manifest does not declare is masked too, since nobody said that it is no secret.
 * The result renders (`render` does not look at schemas), but does not pass `checkVariables`.
 */
export function redactVariables(
  version: Pick<TemplateVersion, 'secretNames' | 'stored'>,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const schema = version.stored.variables_schema as VariablesSchema;
  const shown = Object.entries(variables).map(([name, value]) => {
    const open = Object.hasOwn(schema.properties, name) && !version.secretNames.includes(name);
    return [name, open ? value : MASK] as const;
  });
  const wiped = version.secretNames.filter((name) => schema.required?.includes(name)).map((name) => [name, MASK] as const);
  return Object.fromEntries([...wiped, ...shown]);
}
