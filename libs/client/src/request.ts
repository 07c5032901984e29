import { setTimeout as wait } from 'node:timers/promises';
import { checkOptions } from './check-options.js';
import { MailProblem, MailUnreachable } from './mail-problem.js';
import { jsonOf, problemOf } from './read-answer.js';
import { retryDelayMs, type RetryOptions } from './retry-delay.js';
import { traceContext, withTraceContext, type TraceContext } from './trace-context.js';

export interface MailClientOptions {
  /** Of `intake-api`, such as `http://mail.internal:8080`. */
  readonly url: string;
  /** Who asks for changes, as the audit trail will have it: 1 to 128 visible characters of any script, spaces within. */
  readonly operator?: string;
  /** Bound on one try, in ms; by default 10 000. */
  readonly timeoutMs?: number;
  /** Of reads, and of what may be asked twice: everything with an idempotency key. */
  readonly retry?: RetryOptions;
  /** In place of the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface CallOptions extends TraceContext {
  /** Gives up at once, also between two tries. */
  readonly signal?: AbortSignal | undefined;
}

export interface MailRequest extends CallOptions {
  readonly method: 'GET' | 'POST';
  /** Under `/api/v1/internal/`. */
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
  /** Whether asking twice is asking once. */
  readonly repeatable: boolean;
}

export interface MailAnswer {
  readonly body: unknown;
  readonly headers: Headers;
}

export type SendRequest = (request: MailRequest) => Promise<MailAnswer>;

/** Nothing was stored, or whoever stands before the service could not reach it. */
const TRY_AGAIN: readonly number[] = [502, 503];

/** @throws TypeError for an option that cannot be used, naming it, its value and what it must be. */
export function requestSender(options: MailClientOptions): SendRequest {
  const base = `${checkOptions(options).href.replace(/\/+$/, '')}/api/v1/internal/`;
  const { operator, timeoutMs = 10_000, retry = {}, fetch = globalThis.fetch } = options;
  const { maxTries = 5, maxElapsedMs = 30_000, baseDelayMs = 200 } = retry;

  async function once(
    { method, path, body, idempotencyKey, signal }: MailRequest,
    trace: TraceContext,
    tries: number,
  ): Promise<MailAnswer> {
    const bound = AbortSignal.timeout(timeoutMs);
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(operator === undefined ? {} : { 'x-operator': octetsOf(operator) }),
    };
    try {
      const response = await withTraceContext(trace, (traceHeaders) =>
        fetch(base + path, {
          method,
          headers: { ...headers, ...traceHeaders },
          body: body === undefined ? null : JSON.stringify(body),
          redirect: 'manual',
          signal: signal === undefined ? bound : AbortSignal.any([signal, bound]),
        }),
      );
      const answered = await jsonOf(response);
      if (!response.ok || answered === undefined) throw problemOf(response, answered, tries);
      return { body: answered, headers: response.headers };
    } catch (error) {
      if (error instanceof MailProblem) throw error;
      signal?.throwIfAborted();
      const why = bound.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error);
      const asked = `${method} ${base}${path.replace(/\?.*$/s, '')}`;
      throw new MailUnreachable(`${asked}: ${why}${tries > 1 ? ` (${tries} tries)` : ''}`, tries, { cause: error });
    }
  }

  return async (request) => {
    request.signal?.throwIfAborted();
    const trace = await traceContext(request);
    const startedAt = performance.now();
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(request, trace, tries);
      } catch (error) {
        const again = error instanceof MailUnreachable || (error instanceof MailProblem && TRY_AGAIN.includes(error.status));
        if (!again || !request.repeatable || tries >= maxTries) throw error;
        const delayMs = retryDelayMs(tries, error instanceof MailProblem ? error.retryAfterMs : null, baseDelayMs, Math.random());
        if (performance.now() - startedAt + delayMs > maxElapsedMs) throw error;
        await wait(delayMs, undefined, { signal: request.signal }).catch(() => request.signal?.throwIfAborted());
      }
    }
  };
}

/** A header value holds octets, one a character: those of the text in UTF-8. */
function octetsOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (octet) => String.fromCharCode(octet)).join('');
}

/** What fetch hides in its cause; of several addresses that were tried, the first. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  if (cause instanceof Error && cause.message !== '') return cause.message;
  return error instanceof Error ? error.message : String(error);
}
