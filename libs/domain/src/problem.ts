/** The error catalogue: one word a cause, the same in HTTP answers and in `malformed_commands.code`. */
export const PROBLEMS = {
  malformed_json: { status: 400, title: 'The body is not acceptable JSON' },
  validation_failed: { status: 400, title: 'The command does not satisfy its schema' },
  unknown_template: { status: 400, title: 'No such template in the catalog' },
  missing_variable: { status: 400, title: 'A template variable is missing' },
  missing_idempotency_key: { status: 400, title: 'The Idempotency-Key header is missing or not valid' },
  invalid_cursor: { status: 400, title: 'The cursor does not belong to this query' },
  cross_site: { status: 403, title: 'A browser sent this from another site' },
  not_found: { status: 404, title: 'There is nothing here' },
  not_terminal: { status: 409, title: 'It has not come to its end' },
  not_cancellable: { status: 409, title: 'It can no longer be cancelled' },
  not_startable: { status: 409, title: 'The plan cannot be started now' },
  not_pausable: { status: 409, title: 'The plan is not running' },
  content_purged: { status: 409, title: 'The content is gone' },
  expired: { status: 409, title: 'The delivery is past its expiry' },
  command_too_large: { status: 413, title: 'The command is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  idempotency_conflict: { status: 422, title: 'The idempotency key was used for another command' },
  overloaded: { status: 503, title: 'More arrives than can be received or stored in time' },
  database_unavailable: { status: 503, title: 'The database cannot be reached' },
  operator_timeout: { status: 504, title: 'The request took longer than it may' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** One fault at one place of a command; `pointer` is an RFC 6901 JSON pointer, `''` for the whole. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** Why a command is refused: a value, not an exception. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly faults: readonly Fault[];
}
