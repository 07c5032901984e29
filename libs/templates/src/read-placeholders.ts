import Handlebars from 'handlebars';
import type { LineFault } from './catalog-error.js';
import { BLOCK_HELPERS } from './compile-handlebars.js';
import { resolvePath, type Scope } from './resolve-path.js';
import type { VariableSchema, VariablesSchema } from './variables-schema.js';

/** A `{{value}}` of a template, resolved against the variables schema. */
export interface Placeholder {
  readonly line: number;
  readonly name: string;
  readonly schema: VariableSchema;
}

export interface PlaceholderReading {
  /** In the order of the source. */
  readonly placeholders: readonly Placeholder[];
  readonly faults: readonly LineFault[];
}

/**
 * Parses a Handlebars source and checks every tag of it: only `{{value}}`, `if`, `unless` and `each`; only declared
 * variables; an optional one only inside an `{{#if}}` of it, so that a mail has no blanks.
 */
export function readPlaceholders(source: string, schema: VariablesSchema): PlaceholderReading {
  const placeholders: Placeholder[] = [];
  const faults: LineFault[] = [];
  const fault = (node: hbs.AST.Node, message: string): void => void faults.push({ line: node.loc.start.line, message });

  const readProgram = (program: hbs.AST.Program | undefined, scope: Scope): void => {
    for (const statement of program?.body ?? []) readStatement(statement, scope);
  };

  const readStatement = (node: hbs.AST.Statement, scope: Scope): void => {
    if (isA<hbs.AST.MustacheStatement>(node, 'MustacheStatement')) readValue(node, scope);
    else if (isA<hbs.AST.BlockStatement>(node, 'BlockStatement')) readBlock(node, scope);
    else if (isA<hbs.AST.ContentStatement>(node, 'ContentStatement')) {
      if (node.value.includes('{{')) fault(node, 'escaped or raw braces are not allowed');
    } else if (node.type !== 'CommentStatement') fault(node, 'partials and decorators are not allowed');
  };

  const readValue = (node: hbs.AST.MustacheStatement, scope: Scope): void => {
    if (!node.escaped) return fault(node, 'unescaped output ({{{ }}} or {{& }}) is not allowed');
    if (!isA<hbs.AST.PathExpression>(node.path, 'PathExpression') || node.params.length > 0 || node.hash) {
      return fault(node, 'only {{variable}} is allowed: there are no helpers and no literals');
    }
    const found = resolvePath(node.path, scope);
    if (!found.ok) return fault(node, found.message);
    if (found.unguarded !== null) return fault(node, `"${found.unguarded}" is optional: use it inside {{#if ${found.unguarded}}}`);
    if (found.schema.type === 'object' || found.schema.type === 'array')
      return fault(node, `"${node.path.original}" is an ${found.schema.type}, not a value`);
    placeholders.push({ line: node.loc.start.line, name: node.path.original, schema: found.schema });
  };

  const readBlock = (node: hbs.AST.BlockStatement, scope: Scope): void => {
    const [argument, ...others] = node.params;
    const helper = node.path.original;
    if (!BLOCK_HELPERS.has(helper)) return fault(node, `{{#${helper}}} is not allowed: only ${[...BLOCK_HELPERS].join(', ')}`);
    if (
      !argument ||
      !isA<hbs.AST.PathExpression>(argument, 'PathExpression') ||
      others.length > 0 ||
      node.hash ||
      node.program?.blockParams
    ) {
      return fault(node, `{{#${helper}}} takes one variable and nothing else`);
    }
    const found = resolvePath(argument, scope);
    if (!found.ok) return fault(node, found.message);
    if (found.unguarded !== null && found.unguarded !== found.name) {
      return fault(node, `"${found.unguarded}" is optional: use it inside {{#if ${found.unguarded}}}`);
    }
    const guarded: Scope = { ...scope, guards: new Set([...scope.guards, found.path]) };
    if (helper !== 'each') {
      readProgram(node.program, helper === 'if' ? guarded : scope);
      return readProgram(node.inverse, helper === 'if' ? scope : guarded);
    }
    if (found.schema.type !== 'array' || !found.schema.items) return fault(node, `"${argument.original}" is no list: {{#each}} needs one`);
    const items = `${found.path}/*`;
    // Each item is another one: what is known of an item of an outer loop over the same list does not hold for it.
    const guards = new Set([...guarded.guards].filter((path) => !path.startsWith(items)));
    readProgram(node.program, { schema: found.schema.items, path: items, parent: scope, guards });
    readProgram(node.inverse, scope);
  };

  try {
    const program = Handlebars.parse(source);
    const rawBlock = source.split('\n').findIndex((line) => line.includes('{{{{'));
    if (rawBlock >= 0) faults.push({ line: rawBlock + 1, message: 'raw blocks ({{{{ }}}}) are not allowed' });
    else readProgram(program, { schema, path: '', parent: null, guards: new Set() });
  } catch (error) {
    faults.push(parseFault(error));
  }
  return { placeholders, faults };
}

const isA = <T extends hbs.AST.Node>(node: hbs.AST.Node, type: T['type']): node is T => node.type === type;

/** Handlebars says `Parse error on line 3:` with an excerpt, or ends its message with ` - line:column`. */
function parseFault(error: unknown): LineFault {
  const message = error instanceof Error ? error.message : String(error);
  const line = /^Parse error on line (\d+)/.exec(message)?.[1] ?? / - (\d+):\d+$/.exec(message)?.[1] ?? '1';
  return { line: Number(line), message: `is no Handlebars: ${message.split('\n').at(-1)}` };
}
