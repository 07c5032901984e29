import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from '@mail/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { measureRefusals } from './measure-acceptance.js';
import { problemOf, retryAfterS, traceIdOf } from './problem.js';

/** Turns whatever was thrown into a problem document; nothing of the error itself leaves unless it was made for the caller. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly refused = measureRefusals();

  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error, traceIdOf(request.headers.traceparent));
    this.refused?.(request.method, request.routeOptions.url, problem.code);
    const line = { event: 'request_refused', trace_id: problem.trace_id, code: problem.code, status: problem.status };
    if (problem.code === 'internal_error') this.logger.error({ ...line, event: 'request_failed', err: error }, 'request failed');
    else if (problem.status >= 500) this.logger.warn({ ...line, err: error }, problem.title);
    else this.logger.debug(line, problem.title);
    if (reply.sent) return;
    const seconds = retryAfterS(problem.code);
    if (seconds !== null) void reply.header('retry-after', String(seconds));
    void reply.status(problem.status).type('application/problem+json').send(problem);
  }
}
