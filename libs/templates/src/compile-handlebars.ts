import Handlebars from 'handlebars';

/** The only block helpers that a template may use; there are no others, not even Handlebars' own. */
export const BLOCK_HELPERS: ReadonlySet<string> = new Set(['if', 'unless', 'each']);

const engine = Handlebars.create();
for (const name of Object.keys(engine.helpers)) if (!BLOCK_HELPERS.has(name)) engine.unregisterHelper(name);

/** Compiles a source into a function that only substitutes. It throws where a variable is not there (`strict`). */
export function compileHandlebars(source: string, escape: 'html' | 'none'): (context: unknown) => string {
  return engine.compile<unknown>(source, { strict: true, knownHelpersOnly: true, noEscape: escape === 'none' });
}

/** Text with line breaks as HTML: escaped, with `<br>` where it breaks. Mail clients do not honour `white-space` reliably. */
export function breakLinesInHtml(text: string): unknown {
  return new Handlebars.SafeString(Handlebars.escapeExpression(text).replaceAll('\n', '<br>\n'));
}
