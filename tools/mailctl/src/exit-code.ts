import { MailProblem, MailUnreachable } from '@mail/client';
import { CommanderError } from 'commander';

/** Of sysexits.h where it has one. */
export const EXIT = {
  ok: 0,
  refused: 1,
  notFound: 2,
  usage: 64,
  unreachable: 69,
  defect: 70,
  tryLater: 75,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.refused, 'refused: the service said no (any 4xx but 404), or the question was answered with no; nothing was changed'],
  [EXIT.notFound, 'not found (404)'],
  [EXIT.usage, 'not understood: an unknown command or option, a value that is none, or nobody there to confirm'],
  [EXIT.unreachable, 'unreachable: no answer from `--url`'],
  [EXIT.defect, 'a defect, of the service (500) or of mailctl, or an answer that is not from the service'],
  [EXIT.tryLater, 'try again later: overloaded, a database that is away, or a request that took too long (502, 503, 504)'],
  [EXIT.interrupted, 'ended by Ctrl-C'],
];

/** What the operator said cannot be done as it was said. */
export class UsageError extends Error {}

/** The operator was asked, and said no. */
export class Declined extends Error {}

/** The operator was asked, and left. */
export class Interrupted extends Declined {}

export function exitCodeOf(error: unknown): ExitCode {
  // Help and the version, where they were asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof Declined) return EXIT.refused;
  if (error instanceof MailUnreachable) return isNoHttp(error) ? EXIT.defect : EXIT.unreachable;
  if (!(error instanceof MailProblem)) return EXIT.defect;
  // Also by a proxy before the service, which has no codes.
  if ([502, 503, 504].includes(error.status)) return EXIT.tryLater;
  if (error.code === 'unexpected_answer') return EXIT.defect;
  if (error.status >= 400 && error.status < 500) return error.status === 404 ? EXIT.notFound : EXIT.refused;
  return EXIT.defect;
}

/** Whoever listens there answers in another protocol, as the HTTP parser says. */
function isNoHttp({ cause }: MailUnreachable): boolean {
  const thrown = (cause as { readonly cause?: unknown } | undefined)?.cause;
  return thrown instanceof Error && thrown.name === 'HTTPParserError';
}
