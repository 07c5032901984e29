import type { Fault } from '@mail/domain';
import type { VariableSchema } from './variables-schema.js';

// Control characters, lone surrogates, line and paragraph separators: whatever could end a header line, or a line of text.
const NOT_IN_A_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
const NOT_IN_LINES = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u;

/**
 * The first string in `value` that no mail may carry, or null. `value` satisfies `schema` already; `pointer` is where
 * it stands. Links must be https, http or mailto: `javascript:` and `data:` are URIs too.
 */
export function checkStrings(schema: VariableSchema, value: unknown, pointer: string): Fault | null {
  if (typeof value === 'string') return checkString(schema, value, pointer);
  if (Array.isArray(value) && schema.items) {
    for (const [index, item] of value.entries()) {
      const fault = checkStrings(schema.items, item, `${pointer}/${index}`);
      if (fault) return fault;
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (!Object.hasOwn(value, name)) continue;
      const fault = checkStrings(property, (value as Record<string, unknown>)[name], `${pointer}/${name}`);
      if (fault) return fault;
    }
  }
  return null;
}

function checkString(schema: VariableSchema, value: string, pointer: string): Fault | null {
  const multiline = schema['x-multiline'] === true;
  if ((multiline ? NOT_IN_LINES : NOT_IN_A_LINE).test(value)) {
    return { pointer, detail: multiline ? 'must not contain control characters' : 'must not contain line breaks or control characters' };
  }
  if (schema.format === 'uri' && !(/^(https?|mailto):/i.test(value) && URL.canParse(value))) {
    return { pointer, detail: 'must be an https, http or mailto URL' };
  }
  return null;
}
