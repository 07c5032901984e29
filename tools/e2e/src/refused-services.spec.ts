import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepProcesses, type KeptProcesses } from '@mail/local/kept-processes';
import { projectRoot } from '@mail/local/project-root';
import { findRedis } from '@mail/local/redis/find-redis';
import { startRedis } from '@mail/local/redis/start-redis';
import { chooseStateFolder } from '@mail/local/state-folder';
import { Trouble } from '@mail/local/trouble';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailProcess, type App } from './mail-process.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

const PASSWORD = `hush-${randomBytes(4).toString('hex')}`;

let system: MailSystem;
/** Speaks, but neither PostgreSQL's nor Redis's language. */
let stranger: Server;
let strangerPort: number;
beforeAll(async () => {
  system = await startMailSystem([]);
  stranger = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  }).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  strangerPort = (stranger.address() as AddressInfo).port;
});
afterAll(async () => {
  stranger.close();
  await system.stop();
});

/** Starts the app, and answers the sentence with which it refuses to. */
async function refusal(app: App, env: Readonly<Record<string, string>>, exitCode = 69): Promise<string> {
  const failed = mailProcess(app, { ...system.env, ...env });
  expect(await failed.exited).toBe(exitCode);
  expect(failed.output()).not.toContain(PASSWORD);
  return String(failed.log.find(({ event }) => event === 'start_failed')?.['msg']);
}

describe('a process that Redis refuses says the variable, the reason and the cure', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    ['a wrong password', () => ({ MAIL_REDIS_PASSWORD: PASSWORD }), /WRONGPASS.*; correct MAIL_REDIS_PASSWORD/],
    ['no password', () => ({ MAIL_REDIS_PASSWORD: '' }), /NOAUTH.*; set MAIL_REDIS_PASSWORD/],
    [
      'a port where nothing listens',
      () => ({ MAIL_REDIS_MASTER_ADDR: '127.0.0.1:1' }),
      /ECONNREFUSED 127\.0\.0\.1:1; see that Redis runs, and correct MAIL_REDIS_MASTER_ADDR/,
    ],
    [
      'an unknown host',
      () => ({ MAIL_REDIS_MASTER_ADDR: 'nowhere.invalid:6379' }),
      /(ENOTFOUND|EAI_AGAIN) nowhere\.invalid; correct the host in MAIL_REDIS_MASTER_ADDR/,
    ],
    ['a database that is not there', () => ({ MAIL_REDIS_DB: '60000' }), /DB index is out of range; correct MAIL_REDIS_DB/],
    [
      'another server',
      () => ({ MAIL_REDIS_MASTER_ADDR: `127.0.0.1:${strangerPort}` }),
      /; see that MAIL_REDIS_MASTER_ADDR is a Redis that expects no TLS/,
    ],
  ])('%s', async (_fault, env, expected) => {
    const said = await refusal('stream-consumer', env());
    expect(said).toMatch(/^stream-consumer cannot start: Redis \(MAIL_REDIS_MASTER_ADDR, .+\) cannot be used: /);
    expect(said).toMatch(expected);
    expect(said).not.toContain('Connection is closed');
  });

  describe('of its own', () => {
    let folder: string;
    let processes: KeptProcesses;
    let redis: Redis;
    let own: Record<string, string>;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'refused-'));
      processes = await keepProcesses(folder, new Trouble('busy', 'wait'));
      const program = await findRedis(join(chooseStateFolder(projectRoot).path, 'redis-server'), () => undefined);
      const { addr, password } = await startRedis(program, join(folder, 'redis'), join(folder, 'redis.log'), processes);
      own = { MAIL_REDIS_MASTER_ADDR: addr, MAIL_REDIS_PASSWORD: password };
      redis = new Redis(Number(addr.split(':')[1]), '127.0.0.1', { password });
    });
    afterAll(async () => {
      redis.disconnect();
      await processes.stopAll();
      rmSync(folder, { recursive: true });
    });

    it.each(['xread', 'xinfo', 'xrange'])('a user who may not %s', async (command) => {
      await redis.call('ACL', 'SETUSER', 'default', `-${command}`);
      const said = await refusal('stream-consumer', own);
      await redis.call('ACL', 'SETUSER', 'default', `+${command}`);
      expect(said).toContain('Redis (MAIL_REDIS_MASTER_ADDR, ');
      expect(said).toMatch(/NOPERM .*; let its user run PING, SELECT, INFO, XINFO, XRANGE and XREAD/);
    });

    it('a password that is changed while the process runs is said in the log', async () => {
      const consumer = await system.start('stream-consumer', own);
      await redis.config('SET', 'requirepass', PASSWORD);
      await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      const { msg } = await consumer.logged('redis_connection_failed');
      expect(msg).toMatch(/^the connection to Redis \(MAIL_REDIS_MASTER_ADDR, .+\) failed: WRONGPASS .*; correct MAIL_REDIS_PASSWORD$/);
    });
  });
});

describe('a process that PostgreSQL refuses says the variable, the reason and the cure', () => {
  const dsn = (change: (url: URL) => void): Record<string, string> => {
    const url = new URL(system.database.dsn);
    change(url);
    return { MAIL_POSTGRES_PRIMARY_DSN: url.href };
  };
  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a wrong password',
      () => dsn((url) => (url.password = PASSWORD)),
      /password authentication failed for user "mail"; correct the user and the password/,
    ],
    ['no password', () => dsn((url) => (url.password = '')), /password.*; add the password/],
    ['an unknown user', () => dsn((url) => (url.username = 'nobody')), /password authentication failed for user "nobody"; correct/],
    [
      'a database that is not there',
      () => dsn((url) => (url.pathname = '/nowhere')),
      /database "nowhere" does not exist; create the database, or correct its name/,
    ],
    [
      'a port where nothing listens',
      () => dsn((url) => (url.port = '1')),
      /ECONNREFUSED 127\.0\.0\.1:1; see that the server runs, and correct host and port/,
    ],
    ['an unknown host', () => dsn((url) => (url.hostname = 'nowhere.invalid')), /(ENOTFOUND|EAI_AGAIN) nowhere\.invalid; /],
    [
      'another server',
      () => dsn((url) => (url.port = String(strangerPort))),
      /see that (host and port are those of PostgreSQL|the network)/,
    ],
    [
      'a server without TLS',
      () => dsn((url) => (url.search = '?sslmode=require')),
      /does not support SSL connections; turn ssl on there, or say sslmode=disable/,
    ],
  ])('%s', async (_fault, env, expected) => {
    const said = await refusal('scheduler', env());
    expect(said).toMatch(/^scheduler cannot start: PostgreSQL \(MAIL_POSTGRES_PRIMARY_DSN, .+\) cannot be used: /);
    expect(said).toMatch(expected);
  });

  it('a DSN that cannot be kept to is a fault of the configuration, and exits 78', async () => {
    const misspelt = dsn((url) => (url.search = '?sslmode=requier'));
    expect(await refusal('scheduler', misspelt, 78)).toMatch(/MAIL_POSTGRES_PRIMARY_DSN .*its sslmode is "requier", which is unknown/);
  });
});
