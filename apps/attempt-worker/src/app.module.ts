import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessContext } from '@mail/runtime';
import { loggerModule } from '@mail/runtime/nest';
import { AttemptsController, PERFORM_ATTEMPT_OPTIONS } from './attempts.controller.js';
import type { PerformAttemptOptions } from './perform-attempt.js';

@Module({})
export class AppModule {
  static with({ logger }: ProcessContext, options: PerformAttemptOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [loggerModule(logger)],
      controllers: [AttemptsController],
      providers: [{ provide: PERFORM_ATTEMPT_OPTIONS, useValue: options }],
    };
  }
}
