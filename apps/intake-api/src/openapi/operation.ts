import type { ProblemCode } from '@mail/domain';
import type { z } from 'zod';

/** A request and its answer, both in the document under one name; a spec sends it, and holds the answer to its schema. */
export interface OperationExample {
  readonly summary: string;
  /** Of path and query, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly answer: { readonly status: number; readonly body: unknown };
}

/** One endpoint, in the words of which its part of the document is made. */
export interface Operation {
  readonly operationId: string;
  readonly method: 'get' | 'post';
  /** Below `/api/v1/internal`; `{id}` is the only parameter in it. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** What the `{id}` in the path names. */
  readonly id?: { readonly schema: z.ZodType; readonly what: string };
  readonly query?: Readonly<Record<string, z.ZodType>>;
  /** Whether deliveries may be asked for by `tag.<name>`. */
  readonly byTag?: true;
  /** Whether it needs an `Idempotency-Key`. */
  readonly idempotent?: true;
  /** Whether who asks is written down, by `X-Operator`. */
  readonly audited?: true;
  readonly body?: { readonly schema: z.ZodType; readonly required: boolean };
  readonly answer: { readonly status: 200 | 201 | 202; readonly description: string; readonly schema: z.ZodType };
  /** What the answer has beside its body. */
  readonly answerHeaders?: readonly ('Location' | 'Idempotency-Replayed' | 'Cache-Control')[];
  /** `catalog`: from memory; `accepted`: stored, in no other bound than that of a statement; `bounded`: by the time an operator waits. */
  readonly from: 'catalog' | 'accepted' | 'bounded';
  /** Beyond those that follow from the rest. */
  readonly problems?: readonly ProblemCode[];
  readonly examples: Readonly<Record<string, OperationExample>>;
}

/** Every code that an operation may be refused with, in no order. */
export function problemsOf({ method, id, query, idempotent, body, from, problems = [] }: Operation): (ProblemCode | Unlisted)[] {
  return [
    ...new Set<ProblemCode | Unlisted>([
      'bad_request',
      'cross_site',
      'internal_error',
      ...(id === undefined ? [] : (['not_found'] as const)),
      ...(query === undefined ? [] : (['validation_failed'] as const)),
      ...(idempotent === true ? (['missing_idempotency_key', 'idempotency_conflict'] as const) : []),
      ...(method === 'post' ? (['command_too_large', 'unsupported_media_type'] as const) : []),
      // A row that another transaction holds is not waited for.
      ...(method === 'post' && from !== 'catalog' ? (['overloaded'] as const) : []),
      ...(body === undefined ? [] : (['malformed_json', 'validation_failed'] as const)),
      ...(from === 'catalog' ? [] : (['database_unavailable'] as const)),
      ...(from === 'bounded' ? (['operator_timeout'] as const) : []),
      ...problems,
    ]),
  ];
}

/** Codes beyond the catalogue: a request that is no proper HTTP, and a bug. */
export const UNLISTED = {
  bad_request: { status: 400, title: 'Bad Request' },
  internal_error: { status: 500, title: 'Internal Server Error' },
} as const;
export type Unlisted = keyof typeof UNLISTED;
