import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specDatabase, type SpecDatabase } from '../../testing/spec-database.js';
import { openClient, serverOf } from '../pools.js';
import { cureOf, reasonOf, stateOf } from './explain-database-error.js';

let spec: SpecDatabase;
/** Speaks, but not PostgreSQL's language. */
const stranger = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
});
beforeAll(async () => {
  spec = await specDatabase();
  await once(stranger.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  stranger.close();
  await spec.drop();
});

describe('a connection that is refused is said by the reason of the server, or of the system, and its cure', () => {
  it.each<[string, (url: URL) => unknown, RegExp, RegExp]>([
    [
      'a wrong password',
      (url) => (url.password = 'wrong'),
      /password authentication failed for user "mail"/,
      /^correct the user and the password$/,
    ],
    ['no password', (url) => (url.password = ''), /password must be a/, /^add the password$/],
    ['an unknown user', (url) => (url.username = 'nobody'), /password authentication failed for user "nobody"/, /^correct the user/],
    [
      'an unknown database',
      (url) => (url.pathname = '/nowhere'),
      /database "nowhere" does not exist/,
      /^create the database, or correct its name$/,
    ],
    ['a port where nothing listens', (url) => (url.port = '1'), /ECONNREFUSED/, /^see that the server runs, and correct host and port$/],
    ['an unknown host', (url) => (url.hostname = 'nowhere.invalid'), /ENOTFOUND|EAI_AGAIN/, /correct the host name$/],
    ['a folder without a socket', (url) => (url.search = '?host=/nowhere'), /ENOENT/, /folder of its socket$/],
    [
      'a server without TLS',
      (url) => (url.search = '?sslmode=require'),
      /does not support SSL/,
      /^turn ssl on there, or say sslmode=disable$/,
    ],
    [
      'a server that is no PostgreSQL',
      (url) => (url.port = String((stranger.address() as AddressInfo).port)),
      /./,
      /^see that host and port are those of PostgreSQL$/,
    ],
    [
      'the same, by TLS',
      (url) => ((url.port = String((stranger.address() as AddressInfo).port)), (url.search = '?sslmode=require')),
      /./,
      /PostgreSQL|sslrootcert/,
    ],
  ])('%s', async (_fault, change, reason, cure) => {
    const url = new URL(spec.dsn);
    change(url);
    const server = serverOf({ name: 'mail spec', operationTimeoutMs: 5000, lockTimeoutMs: 1000 }, url.href);
    const error: unknown = await openClient(server).catch((failure: unknown) => failure);
    expect(`${reasonOf(error)} ${String((error as { code?: unknown }).code)}`).toMatch(reason);
    expect(cureOf(error)).toMatch(cure);
  });
});

describe('what a server says later', () => {
  const coded = (code: string): Error => Object.assign(new Error('said'), { code });
  it.each([
    ['53300', /max_connections/],
    ['42501', /grant/],
    ['57P03', /^wait/],
    ['53100', /room/],
    ['25006', /primary/],
    ['CERT_HAS_EXPIRED', /^renew/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /sslrootcert/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /sslrootcert/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /verify-ca/],
    ['99999', /log of the server/],
  ])('%s', (code, cure) => {
    expect(cureOf(coded(code))).toMatch(cure);
    expect(cureOf(Object.assign(new Error('wrapped'), { driverError: coded(code) }))).toMatch(cure);
    expect(cureOf(new AggregateError([coded(code)]))).toMatch(cure);
  });

  it('only a code of the server is a state', () => {
    expect([coded('42501'), coded('EPIPE'), new Error('x')].map(stateOf)).toEqual(['42501', '', '']);
  });
});
