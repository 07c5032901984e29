import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { testStream, type TestStream } from '@mail/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { streamOptions } from '../testing/stream-options.js';
import { openCommandStream, type CommandStreamOptions } from './command-stream.js';
import { redisCureOf } from './explain-redis-error.js';

let test: TestStream;
/** Speaks, but not Redis's language. */
const stranger = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
});
beforeAll(async () => {
  test = await testStream();
  await once(stranger.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  stranger.close();
  await test.drop();
});

it.each<[string, () => Partial<CommandStreamOptions>, RegExp, string]>([
  ['a wrong password', () => ({ password: 'wrong' }), /^WRONGPASS /, 'correct MAIL_REDIS_PASSWORD'],
  ['no password', () => ({ password: '' }), /^NOAUTH /, 'set MAIL_REDIS_PASSWORD'],
  ['a port where nothing listens', () => ({ port: 1 }), /ECONNREFUSED/, 'see that Redis runs, and correct MAIL_REDIS_MASTER_ADDR'],
  ['an unknown host', () => ({ host: 'nowhere.invalid' }), /ENOTFOUND|EAI_AGAIN/, 'correct the host in MAIL_REDIS_MASTER_ADDR'],
  ['a database that is not there', () => ({ db: 60_000 }), /DB index is out of range/, 'correct MAIL_REDIS_DB'],
  [
    'a server that is no Redis',
    () => ({ port: (stranger.address() as AddressInfo).port }),
    /RESP/,
    'see that MAIL_REDIS_MASTER_ADDR is a Redis that expects no TLS',
  ],
])('%s is said by the reason of Redis itself, or of the system, and its cure', async (_fault, more, reason, cure) => {
  const error: unknown = await openCommandStream(streamOptions(test, more())).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(Error);
  const { message, code } = error as Error & { code?: string };
  expect(`${message} ${code ?? ''}`).toMatch(reason);
  expect(redisCureOf(error)).toBe(cure);
});

it.each([
  ["NOPERM User mail has no permissions to run the 'xread' command", /^let its user run PING, .*XREAD/],
  ['LOADING Redis is loading the dataset in memory', /^wait/],
  ['it is Redis 6.2.14, and 7.0 is the oldest that will do', /^upgrade it/],
  ['no answer within 1000 ms', /firewalls/],
  ['something else', /log of Redis/],
])('%s', (message, cure) => {
  expect(redisCureOf(new Error(message))).toMatch(cure);
});
