import { Problem, problemOf, Unreachable } from './problem.js';

const API = '/api/v1/internal/';
/** The service bounds what operators ask itself (504); this is for a service that says nothing at all. */
const NO_ANSWER_AFTER_MS = 20_000;

interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** Who asks for a change, as the audit trail will have it. */
  readonly operator?: string;
  readonly signal?: AbortSignal;
}

/**
 * One request to the HTTP API of the listener that served this page.
 * @throws Problem for a refusal, Unreachable for silence
 */
export async function ask<Answer>(path: string, { method = 'GET', body, idempotencyKey, operator, signal }: Asked = {}): Promise<Answer> {
  const bound = AbortSignal.timeout(NO_ANSWER_AFTER_MS);
  const headers = {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...(operator === undefined ? {} : { 'x-operator': octetsOf(operator) }),
  };
  try {
    const response = await fetch(API + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      cache: 'no-store',
      signal: signal === undefined ? bound : AbortSignal.any([signal, bound]),
    });
    const answered = await jsonOf(response);
    if (!response.ok || answered === undefined) throw problemOf(response.status, response.statusText, answered);
    return answered as Answer;
  } catch (error) {
    if (error instanceof Problem) throw error;
    signal?.throwIfAborted();
    throw new Unreachable(bound.aborted ? `no answer within ${NO_ANSWER_AFTER_MS / 1000} s` : 'the service cannot be reached', {
      cause: error,
    });
  }
}

/** A header value holds octets, one a character: those of the text in UTF-8. */
function octetsOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (octet) => String.fromCharCode(octet)).join('');
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return (await response.json()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A key that nobody has used. `randomUUID` is there in secure contexts alone, and the console may be opened over plain HTTP. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
