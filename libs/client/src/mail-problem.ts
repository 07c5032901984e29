/** Codes of the service's problem table (`docs/http-api.md`). */
export type CatalogueCode =
  | 'malformed_json'
  | 'validation_failed'
  | 'unknown_template'
  | 'missing_variable'
  | 'missing_idempotency_key'
  | 'invalid_cursor'
  | 'cross_site'
  | 'not_found'
  | 'not_terminal'
  | 'not_cancellable'
  | 'not_startable'
  | 'not_pausable'
  | 'content_purged'
  | 'expired'
  | 'command_too_large'
  | 'unsupported_media_type'
  | 'idempotency_conflict'
  | 'overloaded'
  | 'database_unavailable'
  | 'operator_timeout';

/** What is no proper HTTP, and a defect, have codes of their own; `unexpected_answer` did not come from the service: a proxy's page. */
export type MailProblemCode = CatalogueCode | 'bad_request' | 'internal_error' | 'unexpected_answer';

/** A code of this list, or one of a newer service. */
export type AnyProblemCode = MailProblemCode | (string & Record<never, never>);

export interface ProblemFault {
  /** An RFC 6901 JSON pointer into what was sent. */
  readonly pointer: string;
  readonly detail: string;
}

interface ProblemParts {
  readonly code: AnyProblemCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly ProblemFault[];
  readonly trace_id: string | null;
  readonly retryAfterMs: number | null;
  readonly tries: number;
}

/** The service said no (RFC 9457). */
export class MailProblem extends Error implements ProblemParts {
  override readonly name = 'MailProblem';
  readonly code: AnyProblemCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** What is wrong, and where; empty where the detail says it all. */
  readonly errors: readonly ProblemFault[];
  /** The service's log has what went wrong under it. */
  readonly trace_id: string | null;
  /** What `Retry-After` asked for. */
  readonly retryAfterMs: number | null;
  /** How often it was asked, this answer being the last. */
  readonly tries: number;

  constructor(parts: ProblemParts) {
    super(`${parts.status} ${parts.code}: ${parts.detail}`);
    this.code = parts.code;
    this.status = parts.status;
    this.title = parts.title;
    this.detail = parts.detail;
    this.errors = parts.errors;
    this.trace_id = parts.trace_id;
    this.retryAfterMs = parts.retryAfterMs;
    this.tries = parts.tries;
  }
}

/** There was no answer. Whether a change was made is not known: the same idempotency key finds out. `cause` is what fetch said. */
export class MailUnreachable extends Error {
  override readonly name = 'MailUnreachable';

  constructor(
    message: string,
    readonly tries: number,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}
