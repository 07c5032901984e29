import { join } from 'node:path';
import { findRedis } from '@mail/local/redis/find-redis';
import { startRedis } from '@mail/local/redis/start-redis';
import { Redis } from 'ioredis';
import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailProcess, type App } from './mail-process.js';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { ownServers, type OwnServers } from './own-servers.js';

const PASSWORD = 'hush-4711';
/** A process takes seconds to start on a busy machine. */
const PATIENT_MS = 90_000;

let system: MailSystem;
beforeAll(async () => {
  system = await startMailSystem([]);
});
afterAll(() => system.stop());

/** Starts the app, and answers the sentence with which it refuses to. */
async function refusal(app: App, env: Readonly<Record<string, string>>, exitCode = 69): Promise<string> {
  const failed = mailProcess(app, { ...system.env, ...env });
  expect(await failed.exited).toBe(exitCode);
  expect(failed.output()).not.toContain(PASSWORD);
  return String(failed.log.find(({ event }) => event === 'start_failed')?.['msg']);
}

describe('a process that PostgreSQL refuses says the variable, the reason and the cure', () => {
  const changed = (change: (url: URL) => void): Record<string, string> => {
    const url = new URL(system.database.dsn);
    change(url);
    return { MAIL_POSTGRES_PRIMARY_DSN: url.href };
  };

  it('as it starts, and exits 69', { timeout: PATIENT_MS }, async () => {
    const said = await refusal(
      'scheduler',
      changed((url) => (url.password = PASSWORD)),
    );
    expect(said).toMatch(
      /^scheduler cannot start: PostgreSQL \(MAIL_POSTGRES_PRIMARY_DSN, 127\.0\.0\.1:\d+\/spec_\w+ as mail\) cannot be used: password authentication failed for user "mail"; correct the user and the password, and start again$/,
    );
  });

  it('and exits 78 where the DSN cannot be kept to', { timeout: PATIENT_MS }, async () => {
    const misspelt = changed((url) => (url.search = '?sslmode=requier'));
    expect(await refusal('scheduler', misspelt, 78)).toMatch(
      /- MAIL_POSTGRES_PRIMARY_DSN has a value \(not shown\) that is not valid: its sslmode is "requier", which is unknown/,
    );
  });
});

describe('a process that Redis refuses says the variable, the reason and the cure', () => {
  let servers: OwnServers;
  let redis: Redis;
  let own: Record<string, string>;
  beforeAll(async () => {
    servers = await ownServers();
    const program = await findRedis(join(servers.state.path, 'redis-server'), () => undefined);
    const { addr, password } = await startRedis(program, join(servers.folder, 'redis'), servers.logFile, servers.processes);
    own = { MAIL_REDIS_MASTER_ADDR: addr, MAIL_REDIS_PASSWORD: password };
    redis = new Redis(Number(addr.split(':')[1]), '127.0.0.1', { password });
  });
  afterAll(async () => {
    redis.disconnect();
    await servers.end();
  });

  it('as it starts, and exits 69', { timeout: PATIENT_MS }, async () => {
    expect(await refusal('stream-consumer', { ...own, MAIL_REDIS_PASSWORD: PASSWORD })).toMatch(
      /^stream-consumer cannot start: Redis \(MAIL_REDIS_MASTER_ADDR, 127\.0\.0\.1:\d+\) cannot be used: WRONGPASS .*; correct MAIL_REDIS_PASSWORD, and start again$/,
    );
  });

  it.each(['xread', 'xinfo', 'xrange'])('for a right that it needs later: %s', { timeout: PATIENT_MS }, async (command) => {
    await redis.call('ACL', 'SETUSER', 'default', `-${command}`);
    const said = await refusal('stream-consumer', own);
    await redis.call('ACL', 'SETUSER', 'default', `+${command}`);
    expect(said).toMatch(/NOPERM .*; let its user run PING, SELECT, INFO, XINFO, XRANGE and XREAD/);
  });

  it('in its log, where the password is changed while it runs', { timeout: PATIENT_MS }, async () => {
    const consumer = await system.start('stream-consumer', own);
    await redis.config('SET', 'requirepass', PASSWORD);
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    // After the line about the connection that was cut, if there is one.
    const said = /"msg":"(the connection to Redis [^"]*WRONGPASS[^"]*)"/;
    const msg = await eventually('the refusal is logged', () => said.exec(consumer.output())?.[1]);
    expect(msg).toMatch(/^the connection to Redis \(MAIL_REDIS_MASTER_ADDR, .+\) failed: WRONGPASS .*; correct MAIL_REDIS_PASSWORD$/);
  });
});
