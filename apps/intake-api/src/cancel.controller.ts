import { Controller, Headers, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { CancellationAnswer } from './openapi/answers/acceptance.js';
import type { CancelOnOrder } from './cancel-on-order.js';
import { operatorOf } from './request/operator-of.js';
import type { RequestHeaders } from './request/request-headers.js';
import { uuidOf } from './request/uuid-of.js';
import { within } from './within.js';

export interface CancelOptions {
  readonly cancel: CancelOnOrder;
  readonly operatorRequestTimeoutMs: number;
}

/** Injects the `CancelOptions`. */
export const CANCEL_OPTIONS = Symbol('cancel options');

/** Ends what has not been sent yet. */
@Controller('api/v1/internal')
export class CancelController {
  constructor(@Inject(CANCEL_OPTIONS) private readonly options: CancelOptions) {}

  @Post('deliveries/:id/cancel')
  @HttpCode(200)
  async cancel(@Param('id') id: string, @Headers() headers: RequestHeaders): Promise<CancellationAnswer> {
    const { cancel, operatorRequestTimeoutMs } = this.options;
    const order = { deliveryId: uuidOf(id, 'delivery'), operator: operatorOf(headers) };
    const { delivery_id, status, end_reason, ended_at } = await within(operatorRequestTimeoutMs, cancel(order));
    return { delivery_id, status, end_reason, ended_at: ended_at?.toISOString() ?? null };
  }
}
