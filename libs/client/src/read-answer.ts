import { MailProblem, type ProblemFault } from './mail-problem.js';

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What is wrong with an answer that is no success; whatever it holds. */
export function problemOf(response: Response, body: unknown, tries: number): MailProblem {
  const { status, headers } = response;
  // Somebody else's service may have codes of its own.
  const isProblem = headers.get('content-type')?.toLowerCase().startsWith('application/problem+json') === true;
  const document = isProblem && typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const code = text(document['code']);
  return new MailProblem({
    code: code ?? 'unexpected_answer',
    status,
    title: text(document['title']) ?? response.statusText,
    detail: code === null ? `answered by something that is not the mail service (status ${status})` : (text(document['detail']) ?? ''),
    errors: faultsOf(document['errors']),
    trace_id: text(document['trace_id']),
    retryAfterMs: retryAfterMs(headers.get('retry-after'), Date.now()),
    tries,
  });
}

function faultsOf(errors: unknown): ProblemFault[] {
  if (!Array.isArray(errors)) return [];
  return (errors as Partial<ProblemFault>[]).map((fault) => ({ pointer: text(fault?.pointer) ?? '', detail: text(fault?.detail) ?? '' }));
}

/** RFC 9110 10.2.3: seconds, or a date; in ms from `now`. `null` for neither. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** The body as JSON; `undefined` where it is none. */
export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
