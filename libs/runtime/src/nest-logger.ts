import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/**
 * Nest's own words, in our log. What Nest calls `log` (modules and routes as they come up) is debug here: the one line
 * that says a process started is ours.
 */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'trace' | 'debug' | 'warn' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      if (message instanceof Error) logger[level]({ context: contextOf(rest), err: message }, message.message);
      else logger[level]({ context: contextOf(rest) }, textOf(message));
    };
  return {
    verbose: write('trace'),
    debug: write('debug'),
    log: write('debug'),
    warn: write('warn'),
    fatal: write('fatal'),
    // Nest gives the stack, if it has one, before the context.
    error(message: unknown, ...rest: unknown[]): void {
      const stack = rest.length > 1 ? rest[0] : undefined;
      const err = message instanceof Error ? message : undefined;
      logger.error(
        { context: contextOf(rest), ...(err && { err }), ...(typeof stack === 'string' && { stack }) },
        err?.message ?? textOf(message),
      );
    },
  };
}

const contextOf = (rest: readonly unknown[]): unknown => (typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined);

const textOf = (message: unknown): string => (typeof message === 'string' ? message : (JSON.stringify(message) ?? String(message)));
