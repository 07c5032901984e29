import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { FilterParameters } from '@mail/domain';
import { deliveries } from './lists/deliveries.js';
import { answerPage, type OperatorReads } from './operator-list.js';

/** Injects the `OperatorReads`. */
export const OPERATOR_READS = Symbol('operator reads');

/** What operators page through. */
@Controller('api/v1/internal')
export class OperatorListsController {
  constructor(@Inject(OPERATOR_READS) private readonly reads: OperatorReads) {}

  @Get('deliveries')
  deliveries(@Query() query: FilterParameters) {
    return answerPage(this.reads, deliveries, query);
  }
}
