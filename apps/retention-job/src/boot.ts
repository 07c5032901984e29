import { openDatabase } from '@mail/persistence';
import type { ProcessContext, RunningProcess } from '@mail/runtime';
import { nestLogger } from '@mail/runtime/nest';
import { connectPostgres } from '@mail/runtime/postgres';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

export async function boot(context: ProcessContext): Promise<RunningProcess> {
  const database = await connectPostgres(context, openDatabase);
  const app = await NestFactory.createApplicationContext(AppModule.with(context, database), {
    logger: nestLogger(context.logger),
    abortOnError: false,
  });
  return { drain: () => app.close() };
}
