import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessContext } from '@mail/runtime';
import { loggerModule } from '@mail/runtime/nest';
import { CANCEL_OPTIONS, CancelController, type CancelOptions } from './cancel.controller.js';
import { DELIVERIES_OPTIONS, DeliveriesController, type DeliveriesOptions } from './deliveries.controller.js';
import type { OperatorReads } from './operator-list.js';
import { OPERATOR_READS, OperatorListsController } from './operator-lists.controller.js';

/** What each group of endpoints gets. */
export interface IntakeOptions {
  readonly deliveries: DeliveriesOptions;
  readonly cancel: CancelOptions;
  readonly reads: OperatorReads;
}

@Module({})
export class AppModule {
  static with({ logger }: ProcessContext, options: IntakeOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [loggerModule(logger)],
      controllers: [DeliveriesController, CancelController, OperatorListsController],
      providers: [
        { provide: DELIVERIES_OPTIONS, useValue: options.deliveries },
        { provide: CANCEL_OPTIONS, useValue: options.cancel },
        { provide: OPERATOR_READS, useValue: options.reads },
      ],
    };
  }
}
