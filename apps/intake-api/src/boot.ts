import { openEntityDatabase } from '@mail/persistence/entities';
import { serviceUnavailable, switchedOn, type ProcessContext, type RunningProcess } from '@mail/runtime';
import { nameRequest } from '@mail/runtime/name-request';
import { nestLogger } from '@mail/runtime/nest';
import { connectPostgres } from '@mail/runtime/postgres';
import { loadTemplates } from '@mail/runtime/templates';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { answerNoAddress } from './answer-no-address.js';
import { answerNoHttp } from './answer-no-http.js';
import { AppModule } from './app.module.js';
import { consoleFolder, readConsole } from './console/read-console.js';
import { serveConsole } from './console/serve-console.js';
import { intakeOptions } from './intake-options.js';
import { ProblemFilter } from './problem.filter.js';
import { boundPipelines } from './receive/bound-pipelines.js';
import { receiveBodies } from './receive/receive-body.js';
import { refuseEncodedBody } from './refuse-encoded-body.js';
import { refuseForeignBrowsers } from './refuse-foreign-browsers.js';

/** Node looks for late headers only so often: by default every 30 s, which would make a limit of 2 s one of 32. */
const CONNECTIONS_CHECKING_INTERVAL_MS = 500;
/** By default 100, which is less than a template's id may have; Node bounds the whole address. */
const MAX_ID_LENGTH = 16_384;

export async function boot(context: ProcessContext): Promise<RunningProcess> {
  const { config, logger } = context;
  const database = await connectPostgres(context, openEntityDatabase);
  const templates = await loadTemplates(context, database);
  const adapter = new FastifyAdapter({
    requestTimeout: config.http.readTimeoutMs,
    keepAliveTimeout: config.http.idleTimeoutMs,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerNoHttp,
    frameworkErrors: answerNoAddress,
    routerOptions: { maxParamLength: MAX_ID_LENGTH },
    http: { headersTimeout: config.http.readHeaderTimeoutMs, connectionsCheckingInterval: CONNECTIONS_CHECKING_INTERVAL_MS },
  });
  boundPipelines(adapter.getInstance());
  const refuse = refuseForeignBrowsers(config.http.allowedHosts);
  adapter.getInstance().addHook('onRequest', (request: FastifyRequest, _reply, done) => {
    refuse(request);
    refuseEncodedBody(request);
    done();
  });
  if (switchedOn.traces || switchedOn.metrics) {
    adapter.getInstance().addHook('onRequest', ({ routeOptions }: FastifyRequest, _reply, done) => {
      if (routeOptions.url !== undefined) nameRequest(routeOptions.url);
      done();
    });
  }
  receiveBodies(adapter.getInstance(), { maxCommandBytes: config.maxCommandBytes, bodyMemoryBytes: config.http.bodyMemoryBytes });
  const module = AppModule.with(context, intakeOptions(context, database, templates));
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: nestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger));
  const consoleFiles = readConsole(consoleFolder());
  if (consoleFiles === null) logger.warn({ event: 'console_not_built' }, 'the console is not part of this build: /console/ answers 404');
  serveConsole(adapter.getInstance(), consoleFiles);
  const { host, port, maxConnections } = config.http;
  app.getHttpServer().maxConnections = maxConnections;
  await listen(app, host, port).catch((error: unknown) => {
    const cure = 'end what listens there, or name an address of this machine that is free';
    throw serviceUnavailable(`The address of MAIL_INTERNAL_HTTP_ADDR (${host ?? ''}:${port})`, error, cure);
  });
  logger.info({ event: 'listening', url: await app.getUrl() }, 'listening');
  return {
    async drain() {
      await app.close();
      await database.close();
    },
  };
}

/** Without a host: every address of both families, or of IPv4 alone where the machine has no IPv6. */
async function listen(app: NestFastifyApplication, host: string | null, port: number): Promise<void> {
  try {
    await app.listen(port, host ?? '::');
  } catch (error) {
    const noIpV6 = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(String((error as NodeJS.ErrnoException).code));
    if (host !== null || !noIpV6) throw error;
    await app.listen(port, '0.0.0.0');
  }
}
