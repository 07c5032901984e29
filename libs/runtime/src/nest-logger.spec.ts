import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { PinoLogger } from 'nestjs-pino';
import { beforeEach, expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { loggerModule } from './logger-module.js';
import { nestLogger } from './nest-logger.js';

const lines: Record<string, unknown>[] = [];
const logger = createLogger({ app: 'scheduler', logLevel: 'debug' }, { write: (text: string) => void lines.push(JSON.parse(text)) });
beforeEach(() => (lines.length = 0));

it('what Nest says of its own start is debug, with its context', async () => {
  const app = await NestFactory.createApplicationContext(loggerModule(logger), { logger: nestLogger(logger) });
  await app.close();
  expect(lines.length).toBeGreaterThan(0);
  expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(['debug']));
  expect(lines[0]).toMatchObject({ context: 'NestFactory', app: 'scheduler' });
});

it('what a Nest application logs goes through the process’s own logger', async () => {
  const app = await NestFactory.createApplicationContext(loggerModule(logger), { logger: nestLogger(logger) });
  lines.length = 0;
  (await app.resolve(PinoLogger)).warn({ event: 'odd' }, 'said');
  await app.close();
  expect(lines[0]).toMatchObject({ level: 'warn', app: 'scheduler', event: 'odd', msg: 'said' });
});

it.each<[unknown[], object]>([
  [['broken', 'Error: broken\n  at x', 'Guard'], { msg: 'broken', stack: 'Error: broken\n  at x', context: 'Guard' }],
  [['broken', 'Guard'], { msg: 'broken', context: 'Guard' }],
  [[new TypeError('broken'), undefined, 'Guard'], { msg: 'broken', err: { type: 'TypeError', message: 'broken' }, context: 'Guard' }],
  [[{ odd: 1 }], { msg: '{"odd":1}' }],
])('error(%j) is one error line', (args, expected) => {
  const [message, ...rest] = args;
  nestLogger(logger).error(message, ...rest);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 'error', ...expected });
});
