import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { MailConfig } from './config/mail-config.js';
import { describeError } from './describe-error.js';
import { hashAddresses, hashAddressesWithin } from './hash-addresses.js';
import { lineWriter } from './line-writer.js';
import { maskSecretKeys } from './mask-secret-keys.js';
import { withoutSecrets } from './without-secrets.js';

export type { Logger };

/** Where there is no MAIL_SECRETS_KEY: addresses can be told from each other in the lines of one process, and by nobody else. */
const OWN_ADDRESS_KEY = randomBytes(32);

/**
 * JSON lines on standard output, readable ones on a terminal: `level`, `time` (RFC 3339), `app`, `pid`, and `trace_id` and
 * `span_id` while a span is active. Of errors only what cannot hold mail, codes or passwords is logged; addresses, which servers
 * like to repeat in what they say, are hashed, with a key derived from
 * `MAIL_SECRETS_KEY`, but at `debug` and `trace`.
 * Lines are written synchronously, so that none is lost at exit.
 */
export function createLogger(
  config: Pick<MailConfig, 'app' | 'logLevel'> & { readonly secretKeys?: MailConfig['secretKeys'] | undefined },
  stream: DestinationStream = standardOutput(),
): Logger {
  const plain = config.logLevel === 'debug' || config.logLevel === 'trace';
  const key = config.secretKeys?.[0]?.addresses ?? OWN_ADDRESS_KEY;
  const said = plain ? withoutSecrets : (text: string) => hashAddresses(withoutSecrets(text), key);
  const told = plain ? describeError : (error: unknown) => hashAddressesWithin(describeError(error), key);
  return pino(
    {
      level: config.logLevel,
      base: { app: config.app, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }), log: maskSecretKeys },
      serializers: { err: told, error: told },
      mixin: activeSpan,
      hooks: {
        logMethod(args, log) {
          log.apply(this, args.map((argument: unknown) => (typeof argument === 'string' ? said(argument) : argument)) as typeof args);
        },
      },
    },
    stream,
  );
}

function activeSpan(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span !== undefined && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

function standardOutput(): DestinationStream {
  if (!process.stdout.isTTY) return lineWriter(1);
  // Loaded on a terminal only: in production it would be memory and start-up time for nothing.
  const pretty = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  return pretty({ sync: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid' });
}
