import { breakLinesInHtml, compileHandlebars } from './compile-handlebars.js';
import { projectVariables } from './project-variables.js';
import type { CompiledLocale, RenderResult } from './template-version.js';
import type { VariableSchema, VariablesSchema } from './variables-schema.js';

/** RFC 5322 2.1.1: the longest line, and so the longest subject that every relay must take. */
const MAX_SUBJECT_CHARACTERS = 998;

const hasMultiline = (schema: VariableSchema): boolean =>
  schema['x-multiline'] === true ||
  (schema.items !== undefined && hasMultiline(schema.items)) ||
  Object.values(schema.properties ?? {}).some(hasMultiline);

/**
 * A function that renders one locale. A retry must make the bytes that the first attempt made, perhaps with a newer
 * build: what this function gives for the same stored version and variables may never change.
 */
export function renderParts(
  schema: VariablesSchema,
  locale: CompiledLocale,
): (variables: Readonly<Record<string, unknown>>) => RenderResult {
  const subjectOf = compileHandlebars(locale.subject, 'none');
  const textOf = compileHandlebars(locale.text, 'none');
  const htmlOf = compileHandlebars(locale.html, 'html');
  const multiline = hasMultiline(schema);
  return (variables) => {
    try {
      const plain = projectVariables(schema, variables, (text) => text);
      const subject = subjectOf(plain).trim();
      if (subject === '') return { ok: false, error: 'the subject is empty' };
      if (/[\r\n]/.test(subject)) return { ok: false, error: 'the subject has more than one line' };
      if (subject.length > MAX_SUBJECT_CHARACTERS) {
        return { ok: false, error: `the subject has ${subject.length} characters, ${MAX_SUBJECT_CHARACTERS} are allowed` };
      }
      const html = htmlOf(multiline ? projectVariables(schema, variables, breakLinesInHtml) : plain);
      return { ok: true, subject, text: textOf(plain), html };
    } catch (error) {
      return { ok: false, error: nameMissing(error) };
    }
  };
}

/** Handlebars says `"name" not defined in …` and goes on with the value that it looked in: only the name is repeated. */
function nameMissing(error: unknown): string {
  const name = error instanceof Error ? /^"([^"]*)" not defined in /.exec(error.message)?.[1] : undefined;
  return name === undefined ? 'the variables do not fit the template' : `the variable "${name}" is missing`;
}
