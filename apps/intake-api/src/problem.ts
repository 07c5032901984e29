import { randomBytes } from 'node:crypto';
import { PROBLEMS, type ProblemCode, type Refusal } from '@mail/domain';
import { isDatabaseUnavailable, isLockedError } from '@mail/persistence';
import { activeTraceId } from '@mail/runtime';
import type { ProblemAnswer } from './openapi/answers/problem.js';

/** An answer that says no, on its way to the filter. */
export class ProblemError extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
  }

  static of(code: ProblemCode, detail: string): ProblemError {
    return new ProblemError({ code, detail, faults: [] });
  }
}

const RETRY_AFTER_S = { overloaded: 1, database_unavailable: 2 } as const;

/** Seconds for the `Retry-After` header; `null` where trying again would not help. */
export function retryAfterS(code: string): number | null {
  return code in RETRY_AFTER_S ? RETRY_AFTER_S[code as keyof typeof RETRY_AFTER_S] : null;
}

// What Fastify refuses before a handler sees it, by its status.
const BY_STATUS: Readonly<Record<number, Refusal>> = {
  404: { code: 'not_found', detail: 'There is nothing at this address.', faults: [] },
  413: { code: 'command_too_large', detail: 'The body is larger than MAIL_MAX_COMMAND_BYTES allows.', faults: [] },
  415: { code: 'unsupported_media_type', detail: 'Send the body as application/json, not compressed.', faults: [] },
};

const NOT_UNDERSTOOD = 'The request cannot be understood.';
const DETAIL_BY_STATUS: Readonly<Record<number, string>> = {
  408: 'The request did not come within MAIL_INTERNAL_HTTP_READ_TIMEOUT, or its header within MAIL_INTERNAL_HTTP_READ_HEADER_TIMEOUT.',
  431: 'The header of the request is larger than 16 KiB.',
};

/** What an error is told as: never its text, unless it was made for the caller. */
export function problemOf(error: unknown, traceId: string): ProblemAnswer {
  const refusal = refusalOf(error);
  if (refusal !== null) {
    const { status, title } = PROBLEMS[refusal.code];
    return {
      type: `urn:mail-service:problem:${refusal.code}`,
      title,
      status,
      detail: refusal.detail,
      code: refusal.code,
      trace_id: traceId,
      ...(refusal.faults.length > 0 ? { errors: refusal.faults.map(({ pointer, detail }) => ({ pointer, detail })) } : {}),
    };
  }
  const status = statusOf(error);
  return status < 500
    ? {
        type: 'about:blank',
        title: 'Bad Request',
        status,
        detail: DETAIL_BY_STATUS[status] ?? NOT_UNDERSTOOD,
        code: 'bad_request',
        trace_id: traceId,
      }
    : {
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'Something went wrong here; the log has it under this trace_id.',
        code: 'internal_error',
        trace_id: traceId,
      };
}

function refusalOf(error: unknown): Refusal | null {
  if (error instanceof ProblemError) return error.refusal;
  const known = BY_STATUS[statusOf(error)];
  if (known !== undefined) return known;
  if (isLockedError(error)) {
    return {
      code: 'overloaded',
      detail: 'Another transaction holds a row that this needs. Nothing was stored or changed: try again, with the same Idempotency-Key.',
      faults: [],
    };
  }
  if (isDatabaseUnavailable(error)) {
    return {
      code: 'database_unavailable',
      detail: 'The database cannot be used now. Nothing was lost: try again with the same Idempotency-Key.',
      faults: [],
    };
  }
  return null;
}

function statusOf(error: unknown): number {
  const { status, statusCode } = (error ?? {}) as { status?: unknown; statusCode?: unknown };
  const known = typeof status === 'number' ? status : statusCode;
  return typeof known === 'number' && known >= 400 && known < 500 ? known : 500;
}

/** The trace this is part of, else that of a `traceparent` header (W3C Trace Context), else a new id: log and answer have the same. */
export function traceIdOf(traceparent: unknown): string {
  const active = activeTraceId();
  if (active !== null) return active;
  const known = typeof traceparent === 'string' ? /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent)?.[1] : undefined;
  return known ?? randomBytes(16).toString('hex');
}
