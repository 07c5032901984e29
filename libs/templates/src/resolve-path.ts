import type { VariableSchema } from './variables-schema.js';

/** What a Handlebars path is relative to: the variables, or an item of the list that an `{{#each}}` walks. */
export interface Scope {
  readonly schema: VariableSchema;
  readonly path: string;
  /** The scope of `../`; null at the top. Only `{{#each}}` opens a scope. */
  readonly parent: Scope | null;
  /** Absolute paths of what is known to be there. */
  readonly guards: ReadonlySet<string>;
}

export type PathResolution =
  | {
      readonly ok: true;
      readonly schema: VariableSchema;
      /** Absolute; `*` stands for the items of a list. */
      readonly path: string;
      /** As a template writes it: `../name`, `a.b`. */
      readonly name: string;
      /** The first optional variable on the way that nothing guards, written like `name`; null when all is there. */
      readonly unguarded: string | null;
    }
  | { readonly ok: false; readonly message: string };

const LOOP_DATA: Readonly<Record<string, VariableSchema>> = {
  index: { type: 'integer' },
  first: { type: 'boolean' },
  last: { type: 'boolean' },
};

/** Resolves `name`, `a.b`, `this`, `../name` and, in a list, `@index`, `@first`, `@last`. */
export function resolvePath(expression: hbs.AST.PathExpression, scope: Scope): PathResolution {
  const undeclared: PathResolution = { ok: false, message: `"${expression.original}" is not declared in the manifest's variables` };
  if (expression.data) {
    const schema =
      expression.depth === 0 && scope.parent && expression.parts.length === 1 ? LOOP_DATA[expression.parts[0] ?? ''] : undefined;
    return schema ? { ok: true, schema, path: expression.original, name: expression.original, unguarded: null } : undeclared;
  }
  let from: Scope | null = scope;
  for (let depth = expression.depth; depth > 0 && from; depth -= 1) from = from.parent;
  if (!from) return undeclared;

  const nameOf = (length: number): string => '../'.repeat(expression.depth) + expression.parts.slice(0, length).join('.');
  let { schema, path } = from;
  let unguarded: string | null = null;
  for (const [index, part] of expression.parts.entries()) {
    const property: VariableSchema | undefined = Object.hasOwn(schema.properties ?? {}, part) ? schema.properties?.[part] : undefined;
    if (!property) return undeclared;
    path = `${path}/${part}`;
    if (!schema.required?.includes(part) && !scope.guards.has(path)) {
      unguarded ??= nameOf(index + 1);
    }
    schema = property;
  }
  return { ok: true, schema, path, name: nameOf(expression.parts.length), unguarded };
}
