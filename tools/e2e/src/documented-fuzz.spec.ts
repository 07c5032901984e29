import { fuzzSettings } from '@mail/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestTo, type TriedRequest } from './arbitrary-request.js';
import { storeDocumentedState } from './documented-state.js';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { brokenPromise, faultsAt, operations } from './openapi.js';
import { PATIENT } from './patient.js';
import { sendRequest, type ReceivedAnswer } from './send-request.js';

const AT_ONCE = 8;
const RUNS = 2000;
const { runs, seed } = fuzzSettings('the HTTP API', RUNS);
/** Who asks for more gets the time for it. */
const TIME_LIMIT_MS = 20_000 * Math.max(1, runs / RUNS);

describe('whatever is asked of the API', () => {
  let system: MailSystem;
  const seen = new Map<number, number>();
  beforeAll(async () => {
    const env = { ...PATIENT, MAIL_OPERATOR_REQUEST_TIMEOUT: '30s', MAIL_MAX_COMMAND_BYTES: '64KiB' };
    system = await startMailSystem(['intake-api'], { env });
    await storeDocumentedState(system);
  }, 300_000);
  afterAll(() => system.stop());

  it(
    'the answer is one that its document promises',
    async () => {
      const requests = fc.array(fc.oneof(...operations.map(requestTo)), { minLength: 1, maxLength: AT_ONCE });
      await fc.assert(
        fc.asyncProperty(requests, async (batch) => {
          const answers = await Promise.all(batch.map((each) => sendRequest(system.url, each)));
          const broken = answers.flatMap((answer, at) => {
            seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
            const tried = batch[at];
            const fault = tried === undefined ? null : faultOf(tried, answer);
            return fault === null ? [] : [{ fault, request: shown(tried), answer: JSON.stringify(answer.body).slice(0, 400) }];
          });
          expect(broken).toEqual([]);
        }),
        { seed, numRuns: runs, interruptAfterTimeLimit: TIME_LIMIT_MS },
      );
    },
    TIME_LIMIT_MS * 6,
  );

  it('was asked for enough to say so', () => {
    console.log(`answers by status: ${JSON.stringify(Object.fromEntries(seen))}`);
    expect([200, 202, 400, 404, 415].filter((status) => !seen.has(status))).toEqual([]);
  });

  it('was never a failure', () => {
    const log = system.processes.get('intake-api')?.log ?? [];
    expect(log.filter(({ event }) => event === 'request_failed')).toEqual([]);
  });
});

function faultOf({ operationId, method }: TriedRequest, answer: ReceivedAnswer): string | null {
  const operation = operations.find((each) => each.operationId === operationId);
  if (operation === undefined) throw new Error('requests are made from operations');
  if (answer.status >= 500) return `a failure: ${answer.status}`;
  if (method === 'HEAD') return null;
  if (method.toLowerCase() === operation.method) {
    // What cannot be the address of an operation is one of nothing.
    if (answer.status !== 404 || '404' in operation.answers) return brokenPromise(operation, answer);
  }
  if (![400, 403, 404, 413, 415].includes(answer.status)) return `${answer.status} for what is not there`;
  if (answer.type?.startsWith('application/problem+json') !== true) return `content type ${String(answer.type)}`;
  return faultsAt(['components', 'schemas', 'Problem'], answer.body);
}

function shown(tried: TriedRequest | undefined): unknown {
  if (tried === undefined) return null;
  const { method, path, headers, body } = tried;
  return { method, path: path.slice(0, 300), headers, body: body?.toString('utf8').slice(0, 300) };
}
