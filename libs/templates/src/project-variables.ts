import type { VariableSchema } from './variables-schema.js';

/** What becomes of a text with line breaks (LF only, never empty) in the part that is rendered. */
export type BreakLines = (text: string) => unknown;

/**
 * The variables as the renderer may see them: declared ones only, own properties only, so that neither a prototype nor
 * an undeclared variable can be reached. What is null or of another type than declared is absent: the renderer, being
 * strict, then fails rather than leave a blank.
 */
export function projectVariables(schema: VariableSchema, value: unknown, breakLines: BreakLines): unknown {
  if (schema.type === 'array') {
    const items = schema.items;
    return Array.isArray(value) && items ? value.map((item) => projectVariables(items, item, breakLines)) : undefined;
  }
  if (schema.type === 'object') {
    if (typeof value !== 'object' || value === null) return undefined;
    const projected: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const inner = Object.hasOwn(value, name)
        ? projectVariables(property, (value as Record<string, unknown>)[name], breakLines)
        : undefined;
      if (inner !== undefined) projected[name] = inner;
    }
    return projected;
  }
  if (typeof value === 'string' && value !== '' && schema['x-multiline']) return breakLines(value.replace(/\r\n?/g, '\n'));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
