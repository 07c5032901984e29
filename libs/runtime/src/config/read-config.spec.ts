import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { deriveSecretKey } from '@mail/domain';
import { describe, expect, it } from 'vitest';
import { VALID_ENVIRONMENT } from '../../testing/valid-environment.js';
import { APP_NAMES } from './app-name.js';
import type { MailConfig } from './mail-config.js';
import { defaultEhloName } from './kinds/ehlo-name.js';
import { readConfig } from './read-config.js';

const SECRETS_KEY = randomBytes(32).toString('base64');
type Env = Record<string, string | undefined>;
const SMTP = { MAIL_SMTP_MODE: 'smtp', MAIL_SMTP_ADDR: 'mx.example.com:587', MAIL_SMTP_FROM_EMAIL: 'mail@example.com' };
const OAUTH2 = {
  MAIL_SMTP_USERNAME: 'mail@example.com',
  MAIL_SMTP_OAUTH2_TOKEN_URL: 'https://login.example.com/token',
  MAIL_SMTP_OAUTH2_CLIENT_ID: 'mailer',
  MAIL_SMTP_OAUTH2_CLIENT_SECRET: 'hunter2',
};

const read = (env: Env) => readConfig({ ...VALID_ENVIRONMENT, ...env }, 'scheduler');
const faults = (env: Env): readonly string[] => {
  const reading = read(env);
  return reading.ok ? [] : reading.faults;
};
const config = (env: Env = {}): MailConfig => {
  const reading = read(env);
  if (!reading.ok) throw new Error(reading.faults.join('\n'));
  return reading.config;
};

describe('defaults', () => {
  it('are those of the configuration page', () => {
    expect(config()).toEqual({
      app: 'scheduler',
      production: false,
      shutdownTimeoutMs: 30_000,
      logLevel: 'info',
      http: {
        ...{ host: null, port: 8080, readHeaderTimeoutMs: 2_000, readTimeoutMs: 10_000, idleTimeoutMs: 60_000 },
        ...{ allowedHosts: ['localhost', '127.0.0.1', '[::1]'], maxConnections: 1000, bodyMemoryBytes: 50_331_648 },
      },
      operatorRequestTimeoutMs: 5_000,
      redis: {
        ...{ master: { host: 'redis', port: 6379 }, replicas: [], password: '', db: 0, operationTimeoutMs: 1_000 },
        ...{ commandStream: 'mail:delivery_commands', blockTimeoutMs: 2_000 },
      },
      postgres: {
        ...{ primaryDsn: VALID_ENVIRONMENT.MAIL_POSTGRES_PRIMARY_DSN, replicaDsns: [], operationTimeoutMs: 5_000 },
        ...{ maxOpenConns: 10, maxIdleConns: 5, connMaxLifetimeMs: 1_800_000, notifyEnabled: true },
      },
      smtp: {
        ...{ mode: 'stub', host: null, port: null, username: null, password: null, fromEmail: null, fromName: null, oauth2: null },
        ...{ timeoutMs: 15_000, insecureSkipVerify: false },
      },
      templateDir: 'templates',
      workerConcurrency: 16,
      secretKeys: [],
      idempotencyTtlMs: 168 * 3_600_000,
      deliveryRetentionMs: 720 * 3_600_000,
      malformedCommandRetentionMs: 2160 * 3_600_000,
      operatorActionRetentionMs: 8760 * 3_600_000,
      cleanupIntervalMs: 3_600_000,
      failpoints: [],
      retry: { scheduleMs: [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000], troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 },
      scheduler: { pollIntervalMs: 250, recoveryIntervalMs: 30_000, claimMarginMs: 30_000, claimWindow: 2_000 },
      streamLeaseTtlMs: 15_000,
      maxCommandBytes: 5 * 1024 * 1024,
      heartbeatFile: `${tmpdir()}/mail-scheduler.heartbeat`,
      otel: {
        ...{ serviceName: 'galaxy-mail', traces: 'none', metrics: 'none', tracesProtocol: 'http/protobuf' },
        ...{ metricsProtocol: 'http/protobuf', stdoutTraces: false, stdoutMetrics: false },
      },
    });
  });

  it.each(APP_NAMES)('%s starts with the same least environment, on a heartbeat file of its own', (app) => {
    expect(readConfig(VALID_ENVIRONMENT, app)).toMatchObject({
      ok: true,
      config: { app, heartbeatFile: `${tmpdir()}/mail-${app}.heartbeat` },
    });
  });

  it('hold where a variable is set but empty', () => {
    expect(config({ MAIL_LOG_LEVEL: '', MAIL_SMTP_USERNAME: '' })).toMatchObject({ logLevel: 'info', smtp: { username: null } });
  });
});

describe('what is read', () => {
  it.each<[Env, object]>([
    [{ MAIL_INTERNAL_HTTP_ADDR: '127.0.0.1:0' }, { http: { host: '127.0.0.1', port: 0 } }],
    [{ MAIL_INTERNAL_HTTP_ADDR: '[::1]:9090' }, { http: { host: '::1', port: 9090 } }],
    [{ MAIL_REDIS_MASTER_ADDR: ':6380' }, { redis: { master: { host: 'localhost', port: 6380 } } }],
    [
      { MAIL_REDIS_REPLICA_ADDRS: 'a:1, b:2' },
      {
        redis: {
          replicas: [
            { host: 'a', port: 1 },
            { host: 'b', port: 2 },
          ],
        },
      },
    ],
    [{ MAIL_POSTGRES_PRIMARY_DSN: 'postgresql:///mail?host=/var/run' }, { postgres: { primaryDsn: 'postgresql:///mail?host=/var/run' } }],
    [{ MAIL_POSTGRES_MAX_OPEN_CONNS: '3' }, { postgres: { maxOpenConns: 3, maxIdleConns: 3 } }],
    [{ MAIL_RETRY_SCHEDULE: '1m30s, 1.5h' }, { retry: { scheduleMs: [90_000, 5_400_000] } }],
    [
      { MAIL_SMTP_FINAL_REPLY_TIMEOUT: '2m', MAIL_PROVIDER_TROUBLE_LIMIT: '36h' },
      { retry: { finalReplyTimeoutMs: 120_000, troubleLimitMs: 129_600_000 } },
    ],
    [{ MAIL_MAX_COMMAND_BYTES: '512KiB' }, { maxCommandBytes: 524_288 }],
    [{ MAIL_INTERNAL_HTTP_ALLOWED_HOSTS: 'Console.Example.com' }, { http: { allowedHosts: ['console.example.com'] } }],
    [{ NODE_ENV: 'production' }, { production: true }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, { otel: { tracesProtocol: 'grpc', metricsProtocol: 'grpc' } }],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' },
      { otel: { tracesProtocol: 'http/protobuf', metricsProtocol: 'grpc' } },
    ],
    [SMTP, { smtp: { mode: 'smtp', host: 'mx.example.com', port: 587, fromEmail: 'mail@example.com', oauth2: null } }],
    [{ ...SMTP, MAIL_SMTP_EHLO_NAME: 'out.example.com' }, { smtp: { ehloName: 'out.example.com' } }],
    [{ ...SMTP, MAIL_SMTP_EHLO_NAME: '[192.0.2.1]' }, { smtp: { ehloName: '[192.0.2.1]' } }],
    [{ ...SMTP, MAIL_SMTP_EHLO_NAME: '[IPv6:2001:db8::1]' }, { smtp: { ehloName: '[IPv6:2001:db8::1]' } }],
    [
      { ...SMTP, ...OAUTH2, MAIL_SMTP_OAUTH2_SCOPE: 'https://outlook.office365.com/.default' },
      {
        smtp: {
          username: 'mail@example.com',
          password: null,
          oauth2: {
            tokenUrl: 'https://login.example.com/token',
            clientId: 'mailer',
            clientSecret: 'hunter2',
            scope: 'https://outlook.office365.com/.default',
          },
        },
      },
    ],
    [{ ...SMTP, ...OAUTH2, MAIL_SMTP_OAUTH2_TOKEN_URL: 'http://127.0.0.1:8080/token' }, { smtp: { oauth2: { scope: null } } }],
    [{ MAIL_SECRETS_KEY: SECRETS_KEY }, { secretKeys: [deriveSecretKey(Buffer.from(SECRETS_KEY, 'base64'))] }],
    [
      { MAIL_SECRETS_KEY: `${randomBytes(32).toString('hex')}, ${SECRETS_KEY}` },
      { secretKeys: [expect.anything(), deriveSecretKey(Buffer.from(SECRETS_KEY, 'base64'))] },
    ],
  ])('%j is %j', (env, expected) => {
    expect(config(env)).toMatchObject(expected);
  });
});

describe('what EHLO says by default', () => {
  it.each([
    ['mail.example.net', 'mail.example.net'],
    ['worker-5d9c', 'example.com'],
    ['localhost', 'example.com'],
    ['localhost.localdomain', 'example.com'],
    ['10.0.0.7', 'example.com'],
    ['under_score.example.net', 'example.com'],
    ['', 'example.com'],
  ])('on the host %j, with a sender at example.com: %s', (host, expected) => {
    expect(defaultEhloName(host, 'mail@example.com')).toBe(expected);
  });
});

describe('faults', () => {
  it.each<[string, string | undefined, string]>([
    ['MAIL_REDIS_MASTER_ADDR', undefined, 'is not set'],
    ['MAIL_REDIS_MASTER_ADDR', '', 'is empty'],
    ['MAIL_REDIS_MASTER_ADDR', 'redis', 'is "redis": it must be host:port or :port'],
    ['MAIL_REDIS_MASTER_ADDR', 'redis:0', 'port from 1 to 65535'],
    ['MAIL_REDIS_MASTER_ADDR', 'redis:65536', 'port from 1 to 65535'],
    ['MAIL_REDIS_MASTER_ADDR', '[::g]:1', 'host:port'],
    ['MAIL_REDIS_MASTER_ADDR', 'redis://u:hunter2@h:1', 'is "redis://u:***@h:1"'],
    ['MAIL_REDIS_PASSWORD', undefined, 'set it to nothing where there is none'],
    ['MAIL_POSTGRES_PRIMARY_DSN', undefined, 'is not set'],
    ['MAIL_POSTGRES_PRIMARY_DSN', 'mysql://u:hunter2@h/d', 'not shown'],
    ['MAIL_POSTGRES_PRIMARY_DSN', 'postgres://u:hunter2@h', 'not shown'],
    ['MAIL_POSTGRES_REPLICA_DSNS', 'postgres://u:hunter2@h/d,', 'not shown'],
    ['MAIL_LOG_LEVEL', 'INFO', 'it must be trace, debug, info, warn, error or fatal'],
    ['MAIL_SHUTDOWN_TIMEOUT', '30', 'a duration such as'],
    ['MAIL_SHUTDOWN_TIMEOUT', '0s', 'from 1ms to 1h'],
    ['MAIL_SHUTDOWN_TIMEOUT', '-1s', 'a duration'],
    ['MAIL_SHUTDOWN_TIMEOUT', '2h', 'from 1ms to 1h'],
    ['MAIL_REDIS_DB', '1.5', 'a whole number from 0'],
    ['MAIL_ATTEMPT_WORKER_CONCURRENCY', '0', 'a whole number from 1'],
    ['MAIL_MAX_COMMAND_BYTES', '5MB', 'a size such as 512KiB'],
    ['MAIL_MAX_COMMAND_BYTES', '1GiB', 'to 64MiB'],
    ['MAIL_POSTGRES_NOTIFY_ENABLED', 'yes', 'true or false'],
    ['MAIL_RETRY_SCHEDULE', '1m,,5m', 'a comma-separated list'],
    ['MAIL_INTERNAL_HTTP_ALLOWED_HOSTS', 'localhost:8080', 'without a port'],
    ['MAIL_SMTP_FROM_EMAIL', 'Mail <mail@example.com>', 'one bare mail address'],
    ['MAIL_SMTP_FROM_NAME', 'Mail\r\nBcc: x', 'control character'],
    ...['mailer', 'a..example.com', '-a.example.com', 'mail.example.com x', 'mäil.example.com', '[192.0.2.300]', '[::1]', '[]'].map(
      (name): [string, string, string] => ['MAIL_SMTP_EHLO_NAME', name, 'a full domain name'],
    ),
    ...['login.example.com', 'http://login.example.com/t', 'https://me:hunter2@login.example.com/t', 'ftp://127.0.0.1/t'].map(
      (url): [string, string, string] => ['MAIL_SMTP_OAUTH2_TOKEN_URL', url, 'an https:// URL'],
    ),
    ['OTEL_TRACES_EXPORTER', 'zipkin', 'otlp or none'],
    ['MAIL_SECRETS_KEY', 'hunter2', 'has a value (not shown) that is not valid: it must be'],
    ['MAIL_SECRETS_KEY', Buffer.from('hunter2hunter2h').toString('base64'), 'openssl rand -base64 32'],
    ['MAIL_SECRETS_KEY', Buffer.alloc(32, 'hunter2').toString('base64'), '32 random bytes'],
    ['MAIL_SECRETS_KEY', '0'.repeat(64), '32 random bytes'],
    ['MAIL_SECRETS_KEY', `${SECRETS_KEY},`, 'a comma-separated list'],
    ['MAIL_SECRETS_KEY', `${SECRETS_KEY},${SECRETS_KEY}`, 'one key twice'],
    ['MAIL_OPERATOR_ACTION_RETENTION', '1y', 'a duration such as'],
  ])('%s=%j: %s', (name, value, expected) => {
    const found = faults({ [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name} `));
    expect(found[0]).toContain(expected);
    expect(found[0]).not.toContain('hunter2');
    expect(found[0]).not.toContain(SECRETS_KEY);
  });

  it('are all found at once', () => {
    const reading = readConfig({ MAIL_SMTP_MODE: 'smtp', MAIL_LOG_LEVEL: 'loud' }, 'scheduler');
    const names = reading.ok ? [] : reading.faults.map((fault) => fault.split(' ')[0]);
    expect(names).toEqual([
      ...['MAIL_POSTGRES_PRIMARY_DSN', 'MAIL_REDIS_MASTER_ADDR', 'MAIL_REDIS_PASSWORD', 'MAIL_LOG_LEVEL'],
      ...['MAIL_SMTP_ADDR', 'MAIL_SMTP_FROM_EMAIL'],
    ]);
  });

  const production = { ...SMTP, NODE_ENV: 'production' };
  const insecure = { ...production, MAIL_SMTP_INSECURE_SKIP_VERIFY: 'true' };
  it.each<[string, Env, string | null]>([
    ['smtp mode without an address', { ...SMTP, MAIL_SMTP_ADDR: undefined }, 'MAIL_SMTP_ADDR'],
    ['smtp mode without a sender', { ...SMTP, MAIL_SMTP_FROM_EMAIL: undefined }, 'MAIL_SMTP_FROM_EMAIL'],
    ['a user name without a password', { MAIL_SMTP_USERNAME: 'u' }, 'MAIL_SMTP_PASSWORD'],
    ['a password without a user name', { MAIL_SMTP_PASSWORD: 'p' }, 'MAIL_SMTP_USERNAME'],
    ['both', { MAIL_SMTP_USERNAME: 'u', MAIL_SMTP_PASSWORD: 'p' }, null],
    ['all of OAuth2', OAUTH2, null],
    ['OAuth2 without a user name', { ...OAUTH2, MAIL_SMTP_USERNAME: undefined }, 'MAIL_SMTP_USERNAME'],
    ['OAuth2 without where tokens come from', { ...OAUTH2, MAIL_SMTP_OAUTH2_TOKEN_URL: undefined }, 'MAIL_SMTP_OAUTH2_TOKEN_URL'],
    ['OAuth2 without a client', { ...OAUTH2, MAIL_SMTP_OAUTH2_CLIENT_ID: undefined }, 'MAIL_SMTP_OAUTH2_CLIENT_ID'],
    ['OAuth2 without the client’s secret', { ...OAUTH2, MAIL_SMTP_OAUTH2_CLIENT_SECRET: '' }, 'MAIL_SMTP_OAUTH2_CLIENT_SECRET'],
    ['OAuth2 beside a password', { ...OAUTH2, MAIL_SMTP_PASSWORD: 'p' }, 'MAIL_SMTP_PASSWORD'],
    ['unverified TLS in production', insecure, 'MAIL_SMTP_INSECURE_SKIP_VERIFY'],
    ['unverified TLS in production, stub mode', { ...insecure, MAIL_SMTP_MODE: 'stub' }, 'MAIL_SMTP_INSECURE_SKIP_VERIFY'],
    [
      'unverified TLS in production to a name like loopback',
      { ...insecure, MAIL_SMTP_ADDR: '127.evil.com:25' },
      'MAIL_SMTP_INSECURE_SKIP_VERIFY',
    ],
    ['unverified TLS in production to another machine', { ...insecure, MAIL_SMTP_ADDR: '10.0.0.1:25' }, 'MAIL_SMTP_INSECURE_SKIP_VERIFY'],
    ['unverified TLS in production to localhost', { ...insecure, MAIL_SMTP_ADDR: 'localhost:1025' }, null],
    ['unverified TLS in production to 127.0.0.9', { ...insecure, MAIL_SMTP_ADDR: '127.0.0.9:1025' }, null],
    ['unverified TLS in production to ::1', { ...insecure, MAIL_SMTP_ADDR: '[::1]:1025' }, null],
    ['unverified TLS in development', { ...insecure, NODE_ENV: 'development' }, null],
    ['a short claim margin in production', { ...production, MAIL_SCHEDULER_CLAIM_MARGIN: '29s' }, 'MAIL_SCHEDULER_CLAIM_MARGIN'],
    ['a claim margin of 30s in production', { ...production, MAIL_SCHEDULER_CLAIM_MARGIN: '30s' }, null],
    ['a failpoint in production', { ...production, MAIL_FAILPOINTS: 'commit.after=kill' }, 'MAIL_FAILPOINTS'],
    ['failpoints in development', { MAIL_FAILPOINTS: 'commit.after=kill, take_attempts.before@2=error' }, null],
    ['a failpoint without a known action', { MAIL_FAILPOINTS: 'commit.after=explode' }, 'MAIL_FAILPOINTS'],
    ['a short claim margin in development', { MAIL_SCHEDULER_CLAIM_MARGIN: '1s' }, null],
  ])('%s', (_case, env, name) => {
    expect(faults(env).map((fault) => fault.split(' ')[0])).toEqual(name === null ? [] : [name]);
  });
});

describe('warnings', () => {
  it.each<[Env, string]>([
    [{ MAIL_SMTP_PASWORD: 'hunter2' }, 'MAIL_SMTP_PASSWORD'],
    [{ MAIL_POSTGRES_DSN: 'hunter2' }, 'MAIL_POSTGRES_PRIMARY_DSN'],
    [{ MAIL_SCHEDULER_INTERVAL: 'hunter2' }, 'MAIL_SCHEDULER_POLL_INTERVAL'],
  ])('%j names the nearest variable, and never the value', (env, nearest) => {
    const { warnings } = read(env);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(Object.keys(env)[0]);
    expect(warnings[0]).toContain(`nearest is ${nearest}`);
    expect(warnings[0]).not.toContain('hunter2');
  });

  it('others’ variables are none', () => {
    expect(read({ MAILER: 'x', PATH: '/bin', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector' }).warnings).toEqual([]);
  });

  it.each(['intake-api', 'stream-consumer', 'attempt-worker'] as const)('%s warns that stub mode sends nothing', (app) => {
    expect(readConfig(VALID_ENVIRONMENT, app).warnings).toEqual([
      expect.stringMatching(/^STUB: MAIL_SMTP_MODE is stub\. Nothing is sent.*Set MAIL_SMTP_MODE=smtp/),
    ]);
    expect(readConfig({ ...VALID_ENVIRONMENT, ...SMTP }, app).warnings).toEqual([]);
  });

  it.each(['scheduler', 'retention-job'] as const)('%s, which neither accepts nor sends, does not warn of stub mode', (app) => {
    expect(readConfig(VALID_ENVIRONMENT, app).warnings).toEqual([]);
  });

  it('unverified TLS is a loud one', () => {
    expect(read({ ...SMTP, MAIL_SMTP_INSECURE_SKIP_VERIFY: 'true' }).warnings).toEqual([expect.stringMatching(/^INSECURE/)]);
  });

  it('a time to stop in that is shorter than an attempt is one', () => {
    expect(read({ ...SMTP, MAIL_SHUTDOWN_TIMEOUT: '14s' }).warnings).toEqual([expect.stringContaining('may be sent twice')]);
    expect(read({ ...SMTP, MAIL_SHUTDOWN_TIMEOUT: '15s' }).warnings).toEqual([]);
  });
});
