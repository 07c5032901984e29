import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { parseAdoptStreamRequest } from '@mail/domain';
import type { StreamAdoptionAnswer } from './openapi/answers/stats.js';
import type { AdoptOnOrder } from './adopt-on-order.js';
import { ProblemError } from './problem.js';
import { bodyOf } from './request/body-of.js';
import { operatorOf } from './request/operator-of.js';
import type { RequestHeaders } from './request/request-headers.js';
import { within } from './within.js';

export interface StreamAdoptionOptions {
  readonly adopt: AdoptOnOrder;
  /** The stream that is meant where none is named. */
  readonly stream: string;
  readonly maxCommandBytes: number;
  readonly operatorRequestTimeoutMs: number;
}

/** Injects the `StreamAdoptionOptions`. */
export const STREAM_ADOPTION_OPTIONS = Symbol('stream adoption options');

/** Lets the consumer go on where a stream went backwards. */
@Controller('api/v1/internal')
export class StreamAdoptionController {
  constructor(@Inject(STREAM_ADOPTION_OPTIONS) private readonly options: StreamAdoptionOptions) {}

  @Post('stream/adopt')
  @HttpCode(200)
  async adopt(@Body() body: unknown, @Headers() headers: RequestHeaders): Promise<StreamAdoptionAnswer> {
    const { adopt, stream, maxCommandBytes, operatorRequestTimeoutMs } = this.options;
    const parsed = parseAdoptStreamRequest(bodyOf(body), maxCommandBytes, stream);
    if (!parsed.ok) throw new ProblemError(parsed.refusal);
    const { stream: name, last_id, dry_run } = parsed.request;
    return within(operatorRequestTimeoutMs, adopt({ stream: name, last_id, dry_run, operator: operatorOf(headers) }));
  }
}
