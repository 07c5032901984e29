import { parseDeliveryCommand } from '@mail/domain';
import specs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENTED, storeDocumentedState } from './documented-state.js';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { brokenPromise, faultsAt, openApi, operations, readDocument, resolve, type DocumentedOperation, type Json } from './openapi.js';
import { PATIENT } from './patient.js';
import { sendRequest } from './send-request.js';
import { throughStream, type EntryFields } from './through-stream.js';

const asyncApi = readDocument('asyncapi.json');
const message = ((asyncApi['components'] as Json)['messages'] as Json)['deliveryCommand'] as {
  payload: { schema: object };
  examples: { name: string; payload: Record<string, string> }[];
};

it('the OpenAPI document is one of version 3.1', async () => {
  const validator = new Validator({ strict: false });
  const { valid, errors } = await validator.validate(structuredClone(openApi) as Record<string, unknown>);
  expect(errors).toBeUndefined();
  expect([valid, validator.version]).toEqual([true, '3.1']);
});

it('the AsyncAPI document is one of version 3', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(specs.schemasWithoutId['3.0.0']);
  expect([validate(asyncApi), validate.errors]).toEqual([true, null]);
});

const media = operations.flatMap(({ method, path, body, answers }) => [
  ...(body === null
    ? []
    : [{ place: ['paths', path, method, 'requestBody', 'content', 'application/json'], media: body.media, sent: true }]),
  ...Object.entries(answers).flatMap(([status, { content }]) =>
    Object.entries(content).map(([type, each]) => ({
      place: ['paths', path, method, 'responses', status, 'content', type],
      media: each,
      sent: false,
    })),
  ),
]);

it.each(media.map(({ place, media: { examples } }) => [place.join(' '), place, examples] as const))(
  'the examples of %s are of its schema, or refused for it',
  (_, place, examples) => {
    expect(Object.keys(examples).length).toBeGreaterThan(0);
    for (const [name, example] of Object.entries(examples)) {
      const faults = faultsAt([...place, 'schema'], resolve(example)['value']);
      const [, path = '', method = ''] = place;
      const operation = operations.find((each) => each.path === path && each.method === method);
      const refused = place[3] === 'requestBody' && operation !== undefined && statusOf(operation, name) >= 400;
      if (!refused) expect([name, faults]).toEqual([name, null]);
    }
  },
);

/** Under which an operation shows the answer to its example of this name. */
function statusOf({ answers }: DocumentedOperation, name: string): number {
  const statuses = Object.entries(answers).filter(([, { content }]) => Object.values(content).some(({ examples }) => name in examples));
  return Number(statuses[0]?.[0]);
}

/** Names of the examples of an operation; those that stand for a code alone are no requests. */
function exampleNames({ answers }: DocumentedOperation): string[] {
  const named = Object.values(answers).flatMap(({ content }) => Object.values(content).flatMap(({ examples }) => Object.keys(examples)));
  return named.filter((name) => !name.startsWith('problem_'));
}

describe('a running intake', () => {
  let system: MailSystem;
  beforeAll(async () => {
    system = await startMailSystem(['intake-api', 'stream-consumer'], { env: { ...PATIENT, MAIL_OPERATOR_REQUEST_TIMEOUT: '30s' } });
    await storeDocumentedState(system);
  }, 300_000);
  afterAll(() => system.stop());

  const reads = operations.filter(({ method }) => method === 'get');
  const changes = operations.filter(({ method }) => method === 'post');
  const cases = [...reads, ...changes].flatMap((operation) =>
    exampleNames(operation).map((name) => [operation.operationId, name, operation] as const),
  );

  it.each(cases)('answers %s, %s, as the document says', async (operationId, name, operation) => {
    const answer = await sendRequest(system.url, requestOf(operation, name));
    expect([answer.status, answer.body]).toEqual([statusOf(operation, name), expect.anything()]);
    expect(brokenPromise(operation, answer)).toBeNull();
    const shown = resolve(Object.values(operation.answers[answer.status]?.content ?? {})[0]?.examples[name])['value'] as Json;
    if (answer.status >= 400) expect(answer.body).toMatchObject({ code: shown['code'] });
    if ('outcome' in shown && operationId !== 'acceptLoginCode') expect(answer.body).toMatchObject({ outcome: shown['outcome'] });
    if (Array.isArray(shown['items'])) expect((answer.body as { items: unknown[] }).items.length).toBeGreaterThan(0);
  });

  it('serves the document that is committed', async () => {
    const { body } = await sendRequest(system.url, { method: 'GET', path: '/openapi.json', headers: {} });
    expect(body).toEqual(openApi);
  });

  it('accepts every example of the AsyncAPI document', async () => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    formats.default(ajv);
    const validate = ajv.compile(message.payload.schema);
    expect(message.examples.length).toBeGreaterThan(1);
    for (const { name, payload } of message.examples) {
      expect([name, validate(payload), validate.errors]).toEqual([name, true, null]);
      expect(parseDeliveryCommand(Buffer.from(payload['command'] ?? ''), 1_000_000)).toMatchObject({ ok: true });
    }
    await system.database.client.query('delete from stream_offsets where stream = $1', [DOCUMENTED.stream]);
    const records = await throughStream(
      system,
      message.examples.map(({ payload }): EntryFields => Object.entries(payload)),
    );
    expect(records).toEqual(message.examples.map(() => []));
    const { rows } = await system.database.client.query<{ idempotency_key: string }>(
      'select idempotency_key from deliveries where idempotency_key = any($1) order by created_at',
      [message.examples.map(({ name }) => name)],
    );
    expect(rows.map(({ idempotency_key }) => idempotency_key).toSorted()).toEqual(message.examples.map(({ name }) => name).toSorted());
  });
});

function requestOf({ operationId, method, path, parameters, body }: DocumentedOperation, name: string) {
  const value = (wanted: string): unknown => parameters.find((each) => each.name === wanted)?.examples?.[name]?.value;
  const query = new URLSearchParams();
  for (const each of parameters.filter((parameter) => parameter.in === 'query')) {
    const given = each.examples?.[name]?.value;
    for (const one of given === undefined ? [] : [given].flat()) query.append(each.name, String(one));
  }
  const sent = body?.media.examples[name]?.value;
  return {
    method: method.toUpperCase(),
    path: `${path.replace('{id}', encodeURIComponent(String(value('id'))))}?${query.toString()}`,
    headers: {
      'x-operator': 'Ada Lovelace',
      ...(parameters.some((each) => each.name === 'Idempotency-Key') ? { 'idempotency-key': `${operationId}-${name}` } : {}),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(sent === undefined ? {} : { body: Buffer.from(JSON.stringify(sent)) }),
  };
}
