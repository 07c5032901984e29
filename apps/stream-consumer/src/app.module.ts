import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessContext } from '@mail/runtime';
import { loggerModule } from '@mail/runtime/nest';
import { COMMANDS_OPTIONS, CommandsController, type CommandsOptions } from './commands.controller.js';

@Module({})
export class AppModule {
  static with({ logger }: ProcessContext, options: CommandsOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [loggerModule(logger)],
      controllers: [CommandsController],
      providers: [{ provide: COMMANDS_OPTIONS, useValue: options }],
    };
  }
}
