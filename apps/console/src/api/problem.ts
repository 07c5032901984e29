export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** The service said no (RFC 9457), in its own words. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly Fault[] = [],
    readonly traceId: string | null = null,
  ) {
    super(`${status} ${code}: ${detail}`);
  }
}

/** There was no answer: whether a change was made is not known. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What is wrong with an answer that is no success; a proxy on the way may have made it. */
export function problemOf(status: number, statusText: string, body: unknown): Problem {
  const document = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const code = text(document['code']);
  if (code === null) {
    return new Problem(status, 'unexpected_answer', statusText, `Something that is not the mail service answered with status ${status}.`);
  }
  const errors = Array.isArray(document['errors']) ? (document['errors'] as Partial<Fault>[]) : [];
  return new Problem(
    status,
    code,
    text(document['title']) ?? statusText,
    text(document['detail']) ?? '',
    errors.map((fault) => ({ pointer: fault.pointer ?? '', detail: fault.detail ?? '' })),
    text(document['trace_id']),
  );
}
