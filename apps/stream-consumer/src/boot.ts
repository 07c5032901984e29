import { parseStreamEntry } from '@mail/domain';
import { notifier, openDatabase } from '@mail/persistence';
import { acceptanceTerms, loop, type ProcessContext, type RunningProcess } from '@mail/runtime';
import { nestLogger } from '@mail/runtime/nest';
import { connectPostgres } from '@mail/runtime/postgres';
import { connectRedis } from '@mail/runtime/redis';
import { loadTemplates } from '@mail/runtime/templates';
import { RedisStreamStrategy } from '@mail/stream';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { acceptCommands } from './accept-commands.js';
import { AppModule } from './app.module.js';
import { observeStream } from './observe-stream.js';
import { CANNOT_BE_STORED, readEntry, setAside } from './read-entry.js';
import { LeasedPosition } from './stream-position.js';

export async function boot(context: ProcessContext): Promise<RunningProcess> {
  const { config, logger, heartbeat, workerId } = context;
  const { maxCommandBytes } = config;
  const { commandStream } = config.redis;
  const database = await connectPostgres(context, openDatabase);
  const stream = await connectRedis(context);
  const templates = await loadTemplates(context, database);
  const leaseTtlMs = config.streamLeaseTtlMs;
  const position = new LeasedPosition({ database, stream: commandStream, holder: workerId, leaseTtlMs, logger });
  const strategy = new RedisStreamStrategy({
    stream,
    position,
    standbyMs: Math.min(1000, leaseTtlMs / 3),
    start: (turn) => loop({ name: 'read stream', intervalMs: 1000, turn, heartbeat, logger }),
  });
  observeStream(stream, position);
  const acceptance = {
    database,
    templates: templates.all(),
    due: notifier(database, 'mail_due', config.postgres.notifyEnabled),
    logger,
    maxCommandBytes,
    idempotencyTtlMs: config.idempotencyTtlMs,
    leaseTtlMs,
  };
  const terms = acceptanceTerms(config, templates);
  const read = readEntry({ stream: commandStream, terms, maxCommandBytes, parse: parseStreamEntry, logger });
  const module = AppModule.with(context, {
    position,
    accept: acceptCommands({ ...acceptance, read }),
    setAside: acceptCommands({ ...acceptance, read: setAside(commandStream, CANNOT_BE_STORED) }),
    logger,
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    strategy,
    logger: nestLogger(logger),
    abortOnError: false,
  });
  await app.listen();
  return {
    async drain() {
      await app.close();
      await database.close();
    },
  };
}
