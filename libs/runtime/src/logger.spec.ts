import { hash } from 'node:crypto';
import { deriveSecretKey, type SecretKeys } from '@mail/domain';
import { context, ROOT_CONTEXT, trace, TraceFlags, type Context, type ContextManager } from '@opentelemetry/api';
import { afterEach, expect, it } from 'vitest';
import { createLogger } from './logger.js';

const lines: Record<string, unknown>[] = [];
const logger = createLogger({ app: 'attempt-worker', logLevel: 'info' }, { write: (text: string) => void lines.push(JSON.parse(text)) });
afterEach(() => {
  lines.length = 0;
  context.disable();
});

it('a line says its level in a word, its time in UTC, and its app', () => {
  logger.warn({ event: 'tried' }, 'said');
  expect(lines).toEqual([
    {
      ...{ level: 'warn', app: 'attempt-worker', pid: process.pid, event: 'tried', msg: 'said' },
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    },
  ]);
});

it('what is less severe than the level is not logged', () => {
  logger.debug('quiet');
  expect(lines).toEqual([]);
});

it('a line within a span carries its ids', () => {
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED };
  const active: Context = trace.setSpanContext(ROOT_CONTEXT, span);
  const manager: ContextManager = {
    active: () => active,
    with: (_context, run, self, ...args) => run.call(self as ThisParameterType<typeof run>, ...args),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  context.setGlobalContextManager(manager);
  logger.info('within');
  expect(lines[0]).toMatchObject({ trace_id: span.traceId, span_id: span.spanId });
});

it('neither passwords nor what drivers hang on their errors is logged', () => {
  const error = Object.assign(new Error('cannot reach postgres://u:hunter2@db/mail', { cause: new Error('password=hunter2') }), {
    code: '23505',
    constraint: 'deliveries_pkey',
    detail: 'Key (code)=(hunter2) already exists.',
    parameters: ['hunter2'],
    query: "select 'hunter2'",
    command: { name: 'auth', args: ['hunter2'] },
  });
  const secrets = { password: 'hunter2', redis: { password: 'hunter2' }, primaryDsn: 'hunter2' };
  logger.error(
    { ...secrets, err: error, authorization: 'hunter2', headers: { cookie: 'hunter2' }, replicaDsns: ['hunter2'] },
    'at postgres://u:hunter2@db/mail',
  );
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(secrets.redis.password).toBe('hunter2');
  expect(lines[0]).toMatchObject({
    ...{ password: '***', redis: { password: '***' }, authorization: '***', headers: { cookie: '***' } },
    err: {
      type: 'Error',
      message: 'cannot reach postgres://u:***@db/mail',
      code: '23505',
      constraint: 'deliveries_pkey',
      cause: { type: 'Error' },
    },
  });
});

it.each([
  { logLevel: 'info', shown: false },
  { logLevel: 'debug', shown: true },
] as const)('at $logLevel an address is shown: $shown', ({ logLevel, shown }) => {
  const to = createLogger({ app: 'attempt-worker', logLevel }, { write: (text: string) => void lines.push(JSON.parse(text)) });
  const refused = '<ada@example.com> is unknown';
  to.error({ err: new Error(refused, { cause: new Error(refused) }), error: refused }, refused);
  expect(JSON.stringify(lines).includes('ada@example.com')).toBe(shown);
});

it('what an error repeats of megabytes is cut, and a secret at the cut stays hidden', () => {
  const error = new Error(`${'x '.repeat(4090)}postgres://mail:hunter2@db/${'y'.repeat(5_000_000)}`);
  logger.error({ event: 'failed', err: error, error: 'z'.repeat(5_000_000) }, 'failed');
  expect(JSON.stringify(lines).length).toBeLessThan(30_000);
  expect(JSON.stringify(lines)).not.toContain('hunter');
});

it('an address has one hash in the lines of all processes that have one MAIL_SECRETS_KEY', () => {
  const hashed = (logLine: string, secretKeys?: SecretKeys): unknown => {
    lines.length = 0;
    createLogger({ app: 'scheduler', logLevel: 'info', secretKeys }, { write: (text: string) => void lines.push(JSON.parse(text)) }).info(
      logLine,
    );
    return lines[0]?.['msg'];
  };
  const [key, newer] = [Buffer.alloc(32, 'a key'), Buffer.alloc(32, 'a newer key')].map(deriveSecretKey);
  if (key === undefined || newer === undefined) throw new Error('there are two keys');
  expect(hashed('to ada@example.com', [key])).toBe(hashed('to Ada@Example.com', [key, newer]));
  expect(hashed('to ada@example.com', [key])).not.toBe(hashed('to ada@example.com', [newer, key]));
  expect(hashed('to ada@example.com', [])).toBe(hashed('to ada@example.com'));
  expect(hashed('to ada@example.com')).not.toContain(hash('sha256', 'ada@example.com').slice(0, 12));
});
