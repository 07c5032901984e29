type Json = Readonly<Record<string, unknown>>;

const REFERENCE = '#/components/schemas/';
const quoted = (value: unknown): string => JSON.stringify(value);
const union = (types: readonly string[]): string => [...new Set(types)].join(' | ');

/**
 * The types of an OpenAPI 3.1 document, as TypeScript: of every named schema, and of what each operation is asked and answers. For documents
 * such as ours: what it does not know it does not pass over.
 */
export function typesOfDocument(document: Json): string {
  const { schemas } = document['components'] as { schemas: Record<string, Json> };
  const named = Object.entries(schemas).map(([name, schema]) => `${name}: ${typeOf(schema)};`);
  const operations = Object.values(document['paths'] as Record<string, Record<string, Json>>).flatMap((byMethod) =>
    Object.values(byMethod).map(operationType),
  );
  return (
    `// Generated from docs/openapi.json: \`vitest -u\` of the spec agrees-with-openapi.spec.ts rewrites it.\n\n` +
    `/** By their names in the document. */\nexport interface Schemas { ${named.join('\n')} }\n\n` +
    `/** By \`operationId\`; \`never\` for a query or a body that there is not. */\nexport interface Operations { ${operations.join('\n')} }\n`
  );
}

function operationType(operation: Json): string {
  const parameters = (operation['parameters'] ?? []) as Json[];
  const query = parameters.filter((parameter) => parameter['in'] === 'query');
  const asked = query.map(
    ({ name, required, schema }) => `readonly ${quoted(name)}${required === true ? '' : '?'}: ${typeOf(schema as Json)};`,
  );
  const [, answer] = Object.entries(operation['responses'] as Record<string, Json>).find(([status]) => status.startsWith('2')) ?? [];
  const body = operation['requestBody'] as Json | undefined;
  return `${String(operation['operationId'])}: {
    readonly query: ${query.length === 0 ? 'never' : `{ ${asked.join('\n')} }`};
    readonly body: ${body === undefined ? 'never' : typeOf(schemaIn(body))};
    readonly answer: ${typeOf(schemaIn(answer))};
  };`;
}

function schemaIn(media: Json | undefined): Json {
  const content = media?.['content'] as Record<string, { schema: Json }> | undefined;
  const schema = content?.['application/json']?.schema;
  if (schema === undefined) throw new Error('a body or an answer that is no JSON has no type here');
  return schema;
}

function typeOf(schema: Json): string {
  const { $ref, enum: words, const: constant, type } = schema as { $ref?: string; enum?: unknown[]; const?: unknown; type?: unknown };
  const choices = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
  if ($ref?.startsWith(REFERENCE) === true) return `Schemas[${quoted($ref.slice(REFERENCE.length))}]`;
  if (constant !== undefined) return quoted(constant);
  if (words !== undefined) return union(words.map(quoted));
  if (choices !== undefined) return union(choices.map(typeOf));
  if (Array.isArray(type)) return union(type.map((one) => typeOf({ ...schema, type: one as string })));
  if (type === 'array') return `readonly (${typeOf(schema['items'] as Json)})[]`;
  if (type === 'object') return objectType(schema);
  if (type === 'integer') return 'number';
  if (['string', 'number', 'boolean', 'null'].includes(type as string)) return type as string;
  if (Object.keys(schema).every((key) => key === 'description')) return 'unknown';
  throw new Error(`no type is known for ${quoted(schema)}`);
}

function objectType(schema: Json): string {
  const {
    properties,
    patternProperties,
    additionalProperties,
    propertyNames,
    required = [],
  } = schema as {
    properties?: Record<string, Json>;
    patternProperties?: Record<string, Json>;
    additionalProperties?: Json | false;
    propertyNames?: Json;
    required?: string[];
  };
  if (properties === undefined && patternProperties === undefined) {
    const value = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
    const names = propertyNames === undefined ? 'string' : typeOf(propertyNames);
    return names === 'string' ? `Readonly<Record<string, ${value}>>` : `Readonly<Partial<Record<${names}, ${value}>>>`;
  }
  const members = Object.entries(properties ?? {}).map(
    ([name, each]) => `readonly ${quoted(name)}${required.includes(name) ? '' : '?'}: ${typeOf(each)};`,
  );
  const patterned = Object.entries(patternProperties ?? {}).map(([pattern, each]) => {
    const prefix = /^\^((?:\w|\\\.)+)\[/.exec(pattern)?.[1]?.replaceAll('\\', '');
    if (prefix === undefined) throw new Error(`no type is known for names such as ${pattern}`);
    return `readonly [name: \`${prefix}\${string}\`]: ${typeOf(each)};`;
  });
  const more = typeof additionalProperties === 'object' ? [`readonly [name: string]: ${typeOf(additionalProperties)};`] : [];
  return `{ ${[...members, ...patterned, ...more].join('\n')} }`;
}
