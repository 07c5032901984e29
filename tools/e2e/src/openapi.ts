import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export type Json = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Json;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Media {
  readonly schema: Json;
  readonly examples: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>>;
}
interface Answer {
  readonly headers?: Readonly<Record<string, Json>>;
  readonly content: Readonly<Record<string, Media>>;
}

/** One operation of the document. */
export interface DocumentedOperation {
  readonly operationId: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly required: boolean; readonly media: Media } | null;
  readonly answers: Readonly<Record<string, Answer>>;
}

const DOCS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'docs');
export const readDocument = (name: string): Json => JSON.parse(readFileSync(join(DOCS, name), 'utf8')) as Json;

export const openApi = readDocument('openapi.json');

/** What a place of the document says, references followed. */
export function resolve(value: unknown): Json {
  const { $ref } = value as { $ref?: string };
  if ($ref === undefined) return value as Json;
  const found = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((place, part) => (place as Json)[part], openApi);
  return resolve(found);
}

export const operations: readonly DocumentedOperation[] = Object.entries(openApi['paths'] as Record<string, Record<string, Json>>).flatMap(
  ([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => {
      const body = operation['requestBody'] as { required: boolean; content: Record<string, Media> } | undefined;
      const media = body?.content['application/json'];
      return {
        operationId: operation['operationId'] as string,
        method: method as 'get' | 'post',
        path,
        parameters: ((operation['parameters'] ?? []) as unknown[]).map((parameter) => resolve(parameter) as unknown as Parameter),
        body: body === undefined || media === undefined ? null : { required: body.required, media },
        answers: operation['responses'] as Record<string, Answer>,
      };
    }),
);

/** Strict but for `["string", "null"]`; answers may have no member that the document does not know. */
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
formats.default(ajv);
// The document itself is no schema: what it consists of says nothing of a value.
ajv.addVocabulary(Object.keys(openApi));
ajv.addSchema(withoutUnknown(openApi) as object, 'openapi', undefined, false);

const compiled = new Map<string, ValidateFunction>();
const pointerPart = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/** What is wrong with a value, by the schema at this place of the document; `null` for nothing. */
export function faultsAt(place: readonly string[], value: unknown): string | null {
  const pointer = place.map(pointerPart).join('/');
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#/${pointer}` });
  compiled.set(pointer, validate);
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

/** How an answer breaks the promise of its operation; `null` where it keeps it. */
export function brokenPromise(
  { method, path, answers }: Pick<DocumentedOperation, 'method' | 'path' | 'answers'>,
  answer: { readonly status: number; readonly type: string | null; readonly headers: Json; readonly body: unknown },
): string | null {
  const promised = answers[answer.status];
  if (promised === undefined) return `status ${answer.status} is not documented`;
  const type = (answer.type ?? 'none').split(';')[0] ?? '';
  if (!(type in promised.content)) return `content type ${type} is not documented for ${answer.status}`;
  const faults = faultsAt(['paths', path, method, 'responses', String(answer.status), 'content', type, 'schema'], answer.body);
  if (faults !== null) return `the body of ${answer.status} is not what is documented: ${faults}`;
  for (const [name, header] of Object.entries(promised.headers ?? {})) {
    const given = answer.headers[name.toLowerCase()];
    if (given === undefined && name === 'Idempotency-Replayed') continue;
    const schema = resolve(header)['schema'] as object;
    if (!ajv.validate(schema, given)) return `the header ${name} of ${answer.status} is not what is documented: ${String(given)}`;
  }
  return null;
}

/** The document with every answer's members closed, so that one that is not documented shows. */
function withoutUnknown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutUnknown(each)]));
  // With $ref beside it, a schema adds to another one, which closes itself.
  const closes = inner['type'] === 'object' && 'properties' in inner && !('additionalProperties' in inner) && !('$ref' in inner);
  return closes ? { ...inner, additionalProperties: false } : inner;
}
