import { Controller, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { answerAcceptance } from './answer-acceptance.js';
import type { ReplayMalformedCommand } from './replay-malformed-command.js';
import { operatorOf } from './request/operator-of.js';
import type { RequestHeaders } from './request/request-headers.js';
import { traceOf } from './request/trace-of.js';
import { uuidOf } from './request/uuid-of.js';
import { within } from './within.js';

export interface ReplayOptions {
  readonly replay: ReplayMalformedCommand;
  readonly operatorRequestTimeoutMs: number;
}

/** Injects the `ReplayOptions`. */
export const REPLAY_OPTIONS = Symbol('replay options');

/** Tries again what the stream's consumer refused. */
@Controller('api/v1/internal')
export class ReplayController {
  constructor(@Inject(REPLAY_OPTIONS) private readonly options: ReplayOptions) {}

  @Post('malformed-commands/:id/replay')
  @HttpCode(202)
  async replay(@Param('id') id: string, @Headers() headers: RequestHeaders, @Res({ passthrough: true }) reply: FastifyReply) {
    const { replay, operatorRequestTimeoutMs } = this.options;
    const order = { malformedId: uuidOf(id, 'malformed command'), operator: operatorOf(headers), ...traceOf(headers) };
    return answerAcceptance(await within(operatorRequestTimeoutMs, replay(order)), reply);
  }
}
