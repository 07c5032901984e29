import { nearlyValidCommand, withSource } from '@mail/testing';
import fc from 'fast-check';
import { arbitraryOf, HOSTILE, spoiled } from './arbitrary-of-schema.js';
import { DOCUMENTED } from './documented-state.js';
import type { DocumentedOperation } from './openapi.js';
import type { SentRequest } from './send-request.js';

export interface TriedRequest extends SentRequest {
  readonly operationId: string;
}

const often = <T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<T>, weight = 9): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: unusual });
const encoded = (text: unknown): string =>
  encodeURIComponent((typeof text === 'string' ? text : String(JSON.stringify(text))).toWellFormed());

const IDS = fc.constantFrom(...Object.values(DOCUMENTED), 'notification.generic', 'auth.login_code', 'game.turn_ready').map(encoded);
/** Ids that there are, of this kind above all; ids that there are not; and what is none. */
const idOf = ({ parameters }: DocumentedOperation): fc.Arbitrary<string> => {
  const shown = Object.values(parameters.find(({ name }) => name === 'id')?.examples ?? {}).map(({ value }) => encoded(value));
  return fc.oneof(
    { weight: 8, arbitrary: shown.length === 0 ? IDS : fc.constantFrom(...shown) },
    { weight: 3, arbitrary: IDS },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: fc.oneof(HOSTILE, fc.string({ unit: 'binary' })).map((text) => encoded(text).slice(0, 4000)) },
    { weight: 1, arbitrary: fc.constantFrom('%zz', '%', '%00', '%2e%2e', '..', '%2f', '%c0%af', '', '*', ';', 'a'.repeat(101)) },
  );
};

/** Bytes of a body: mostly what the schema says, or that with one thing wrong; else whatever. */
function bodyOf({ body }: DocumentedOperation): fc.Arbitrary<Buffer | undefined> {
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? '');
  const none = fc.constant(undefined);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    nearlyValidCommand.map((command) => withSource(command, 'fuzz')),
    fc
      .constantFrom('', '{', '{}', '[]', 'null', '{"to":[],"to":[]}', '{"a":1e999}', `{"a":"${'x'.repeat(70_000)}"}`)
      .map((text) => Buffer.from(text)),
  );
  if (body === null) return often(none, bytes, 5);
  const shown = fc.constantFrom(...Object.values(body.media.examples).map(({ value }) => value));
  const valid = fc.oneof(shown, arbitraryOf(body.media.schema));
  return fc.oneof(
    { weight: 5, arbitrary: valid.map(json) },
    { weight: 4, arbitrary: spoiled(valid).map(json) },
    { weight: 2, arbitrary: bytes },
    { weight: 1, arbitrary: none },
  );
}

function queryOf({ parameters }: DocumentedOperation): fc.Arbitrary<string> {
  const named = parameters.filter((parameter) => parameter.in === 'query');
  const one = ({ name, schema }: (typeof named)[number]): fc.Arbitrary<string[]> => {
    const values = often(arbitraryOf(schema), HOSTILE, 5);
    return values.map((value) =>
      name === 'tags' ? [`tag.tenant=${encoded(value)}`] : [value].flat().map((each) => `${name}=${encoded(each)}`),
    );
  };
  const known = fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, ...named.map((each) => ({ weight: 2, arbitrary: one(each) })));
  const unknown = fc.constantFrom<string[]>(
    ['colour=red'],
    ['tag.=x'],
    ['limit=%zz'],
    ['__proto__=1'],
    ['status[]=sent'],
    ['limit=1', 'limit=2'],
  );
  return fc
    .tuple(known, known, often(fc.constant<string[]>([]), unknown, 7))
    .map((parts) => parts.flat().join('&'))
    .map((text) => (text === '' ? '' : `?${text}`));
}

const some = (values: fc.Arbitrary<string | undefined>, name: string): fc.Arbitrary<Record<string, string>> =>
  values.map((value) => (value === undefined ? {} : { [name]: value }));

function headersOf(hasBody: boolean): fc.Arbitrary<Record<string, string>> {
  const type = often<string | undefined>(
    fc.constant(hasBody ? 'application/json' : undefined),
    fc.constantFrom(undefined, '', 'text/plain', 'application/xml', 'application/json; charset=latin1', 'multipart/form-data; boundary=x'),
  );
  const key = often<string | undefined>(fc.uuid(), fc.constantFrom(undefined, 'the same', '', 'same', 'é', 'k'.repeat(256)), 5);
  const rarely = (...values: string[]): fc.Arbitrary<string | undefined> =>
    often<string | undefined>(fc.constant(undefined), fc.constantFrom(...values), 15);
  return fc
    .tuple(
      some(type, 'content-type'),
      some(key, 'idempotency-key'),
      some(often<string | undefined>(fc.constant('Ada Lovelace'), fc.constantFrom(undefined, '', ' ', 'é', 'o'.repeat(200))), 'x-operator'),
      some(rarely('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'garbage'), 'traceparent'),
      some(rarely('gzip', 'identity', 'br, gzip'), 'content-encoding'),
      some(rarely('cross-site', 'same-origin', 'none'), 'sec-fetch-site'),
      some(rarely('https://elsewhere.example', 'null'), 'origin'),
      some(rarely('text/html', 'application/xml', '*/*;q=0'), 'accept'),
    )
    .map((each) => Object.assign({}, ...each) as Record<string, string>);
}

/** Requests of an operation, right in most ways at least. */
export function requestTo(operation: DocumentedOperation): fc.Arbitrary<TriedRequest> {
  const { operationId, method, path } = operation;
  const methods = often(fc.constant(method.toUpperCase()), fc.constantFrom('PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'QUERY'), 19);
  return fc.tuple(idOf(operation), queryOf(operation), bodyOf(operation), methods).chain(([id, query, body, chosen]) =>
    headersOf(body !== undefined).map((headers) => ({
      operationId,
      method: chosen,
      path: `${path.replace('{id}', id)}${query}`,
      headers,
      ...(body === undefined || chosen === 'HEAD' ? {} : { body }),
    })),
  );
}
