import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, traceIdOf } from './problem.js';

/** Answers a request whose address cannot be decoded (`%zz`), which no route gets to see, with a problem document. */
export function answerNoAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error, traceIdOf(request.headers.traceparent));
  void reply.status(problem.status).type('application/problem+json').send(problem);
}
