import { Module, type DynamicModule } from '@nestjs/common';
import type { Database } from '@mail/persistence';
import type { ProcessContext } from '@mail/runtime';
import { loggerModule } from '@mail/runtime/nest';
import { Retention } from './retention.js';

@Module({})
export class AppModule {
  static with(context: ProcessContext, database: Database): DynamicModule {
    return {
      module: AppModule,
      imports: [loggerModule(context.logger)],
      providers: [{ provide: Retention, useFactory: () => new Retention(context, database) }],
    };
  }
}
