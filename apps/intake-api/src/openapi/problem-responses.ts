import { PROBLEMS, type ProblemCode } from '@mail/domain';
import { problemAnswer } from './answers/problem.js';
import { schemaOf } from './json-schemas.js';
import { problemsOf, UNLISTED, type Operation, type Unlisted } from './operation.js';

type Code = ProblemCode | Unlisted;
const CATALOGUE: Readonly<Record<Code, { readonly status: number; readonly title: string }>> = { ...PROBLEMS, ...UNLISTED };

/** One example a code, for `components.examples`. */
export function problemExamples(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(CATALOGUE).map(([code, { status, title }]) => {
      const type = code in UNLISTED ? 'about:blank' : `urn:mail-service:problem:${code}`;
      const value = { type, title, status, detail: `${title}.`, code, trace_id: '0af7651916cd43dd8448eb211c80319c' };
      return [`problem_${code}`, { summary: title, value }];
    }),
  );
}

/** What an operation answers when it refuses, by status: which codes, with the examples that it has of its own. */
export function problemResponses(operation: Operation): Record<string, object> {
  const byStatus = Map.groupBy(problemsOf(operation), (code) => CATALOGUE[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, unsorted]) => {
      const codes = unsorted.toSorted();
      const own = Object.entries(operation.examples).filter(([, { answer }]) => answer.status === status);
      const examples = {
        ...Object.fromEntries(codes.map((code) => [`problem_${code}`, { $ref: `#/components/examples/problem_${code}` }])),
        ...Object.fromEntries(own.map(([name, { summary, answer }]) => [name, { summary, value: answer.body }])),
      };
      const schema = {
        ...schemaOf(problemAnswer),
        type: 'object',
        properties: { status: { type: 'integer', const: status }, code: { type: 'string', enum: codes } },
      };
      return [
        String(status),
        {
          description: codes.map((code) => `\`${code}\`: ${CATALOGUE[code].title}.`).join(' '),
          ...(status === 503 ? { headers: { 'Retry-After': { $ref: '#/components/headers/Retry-After' } } } : {}),
          content: { 'application/problem+json': { schema, examples } },
        },
      ];
    }),
  );
}
