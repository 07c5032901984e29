import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { LineFault } from './catalog-error.js';
import { compileVariablesCheck } from './check-variables.js';
import { jsonLines } from './json-lines.js';
import { MANIFEST_SCHEMA } from './manifest-schema.js';
import type { VariableSchema, VariablesSchema } from './variables-schema.js';

export interface Manifest {
  readonly owner: string;
  readonly description: string;
  readonly default_locale: string;
  readonly on_uncertain: 'retry' | 'hold';
  readonly variables: VariablesSchema;
  readonly examples: Readonly<Record<string, unknown>>;
}

export type ManifestReading =
  { readonly ok: true; readonly manifest: Manifest } | { readonly ok: false; readonly faults: readonly LineFault[] };

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv, ['regex']);
const validate = ajv.compile<Manifest>(MANIFEST_SCHEMA);

/** Reads `manifest.json`: its form, its variables schema, and that its examples satisfy that schema. */
export function readManifest(source: string): ManifestReading {
  let manifest: unknown;
  try {
    manifest = JSON.parse(source);
  } catch (error) {
    return { ok: false, faults: [syntaxFault(source, error instanceof Error ? error.message : String(error))] };
  }
  const lines = jsonLines(source);
  const at = (pointer: string, message: string): LineFault => ({
    line: nearestLine(lines, pointer),
    message: `${pointer || 'the manifest'} ${message}`,
  });

  if (!validate(manifest)) {
    const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if' && keyword !== 'propertyNames');
    return { ok: false, faults: errors.map((error) => faultOf(error, at)) };
  }
  const faults = [...schemaFaults(manifest.variables, '/variables', at)];
  if (faults.length === 0) {
    try {
      const checked = compileVariablesCheck(manifest.variables)(manifest.examples);
      if (!checked.ok) {
        faults.push(...checked.refusal.faults.map((fault) => at(fault.pointer.replace('/content/variables', '/examples'), fault.detail)));
      }
    } catch (error) {
      faults.push(at('/variables', `is no usable schema: ${error instanceof Error ? error.message : String(error)}`));
    }
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, manifest };
}

/** What the manifest's own schema cannot say. */
function* schemaFaults(schema: VariableSchema, pointer: string, at: (pointer: string, message: string) => LineFault): Generator<LineFault> {
  for (const [index, name] of (schema.required ?? []).entries()) {
    if (!Object.hasOwn(schema.properties ?? {}, name))
      yield at(`${pointer}/required/${index}`, `requires "${name}", which is not declared`);
  }
  const inner: [string, VariableSchema][] = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    `${pointer}/properties/${name}`,
    property,
  ]);
  if (schema.items) inner.push([`${pointer}/items`, schema.items]);
  for (const [innerPointer, property] of inner) {
    const topLevel = innerPointer === `/variables/properties/${innerPointer.split('/').at(-1)}`;
    if (property['x-secret'] && (!topLevel || property.type === 'array' || property.type === 'object')) {
      yield at(`${innerPointer}/x-secret`, 'is for top-level variables that are no list and no object');
    }
    yield* schemaFaults(property, innerPointer, at);
  }
}

function faultOf(error: ErrorObject, at: (pointer: string, message: string) => LineFault): LineFault {
  if (error.propertyName !== undefined)
    return at(`${error.instancePath}/${error.propertyName}`, 'is no name for a variable (a-z, 0-9 and _; no word of Handlebars)');
  if (error.keyword === 'additionalProperties')
    return at(`${error.instancePath}/${String(error.params['additionalProperty'])}`, 'is not known here');
  const allowed = error.keyword === 'enum' ? `: ${(error.params['allowedValues'] as unknown[]).join(', ')}` : '';
  const wanted = error.keyword === 'const' ? `: ${String(error.params['allowedValue'])}` : '';
  return at(error.instancePath, `${error.message ?? 'is not valid'}${allowed}${wanted}`);
}

/** The line of the value, or of the nearest value around it when it is not there. */
function nearestLine(lines: ReadonlyMap<string, number>, pointer: string): number {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const line = lines.get(at);
    if (line !== undefined) return line;
  }
  return 1;
}

function syntaxFault(source: string, message: string): LineFault {
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? source.length);
  return { line: source.slice(0, position).split('\n').length, message: `is no JSON: ${message.replace(/\s+/g, ' ')}` };
}
