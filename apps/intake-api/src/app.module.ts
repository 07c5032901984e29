import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessContext } from '@mail/runtime';
import { loggerModule } from '@mail/runtime/nest';
import { DELIVERIES_OPTIONS, DeliveriesController, type DeliveriesOptions } from './deliveries.controller.js';

@Module({})
export class AppModule {
  static with({ logger }: ProcessContext, options: DeliveriesOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [loggerModule(logger)],
      controllers: [DeliveriesController],
      providers: [{ provide: DELIVERIES_OPTIONS, useValue: options }],
    };
  }
}
