import { Controller, Get, Header, Inject, Param } from '@nestjs/common';
import type { ExplainStoredDelivery } from './explain-stored-delivery.js';
import { uuidOf } from './request/uuid-of.js';
import type { ViewContent } from './view-content.js';
import { within } from './within.js';

export interface InspectionOptions {
  readonly explain: ExplainStoredDelivery;
  readonly viewContent: ViewContent;
  readonly operatorRequestTimeoutMs: number;
}

/** Injects the `InspectionOptions`. */
export const INSPECTION_OPTIONS = Symbol('inspection options');

/** Why a delivery is where it is, and what its mail says. */
@Controller('api/v1/internal')
export class InspectionController {
  constructor(@Inject(INSPECTION_OPTIONS) private readonly options: InspectionOptions) {}

  @Get('deliveries/:id/explain')
  explain(@Param('id') id: string) {
    return within(this.options.operatorRequestTimeoutMs, this.options.explain(uuidOf(id, 'delivery')));
  }

  // Mail is nothing for a cache on the way.
  @Get('deliveries/:id/content')
  @Header('cache-control', 'no-store')
  content(@Param('id') id: string) {
    return within(this.options.operatorRequestTimeoutMs, this.options.viewContent(uuidOf(id, 'delivery')));
  }
}
