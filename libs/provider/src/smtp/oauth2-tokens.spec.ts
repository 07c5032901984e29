import { expect, it } from 'vitest';
import { aTokenServer } from '../../testing/token-server.js';
import { OAuth2Tokens } from './oauth2-tokens.js';

const AN_HOUR = { expires_in: 3600 };
const client = { clientId: 'mailer', clientSecret: 'secret', scope: null };

/** A token that is asked for at 0, and whose successor lives for an hour; the clock is the test's. */
async function aFirstToken(life: object) {
  const clock = { nowMs: 0 };
  const server = await aTokenServer((request) => ({
    status: 200,
    body: { access_token: `token-${request}`, ...(request === 1 ? life : AN_HOUR) },
  }));
  const tokens = new OAuth2Tokens({ ...client, tokenUrl: server.url }, () => clock.nowMs);
  expect(await tokens.get()).toEqual({ token: 'token-1', fresh: true });
  return { clock, server, tokens };
}

it.each<[string, object, number, number]>([
  ['an hour', AN_HOUR, 3_299_000, 3_301_000],
  ['ten seconds, as a text', { expires_in: '10' }, 8_999, 9_001],
  ['a time that is not said', {}, 269_000, 271_000],
])('a token that lives for %s is renewed in the last part of its life, and serves meanwhile', async (_, life, beforeMs, afterMs) => {
  const { clock, server, tokens } = await aFirstToken(life);
  clock.nowMs = beforeMs;
  expect(await tokens.get()).toEqual({ token: 'token-1', fresh: false });
  expect(server.requests).toHaveLength(1);
  clock.nowMs = afterMs;
  expect(await tokens.get()).toEqual({ token: 'token-1', fresh: false });
  await expect.poll(() => tokens.get()).toEqual({ token: 'token-2', fresh: false });
  expect(server.requests).toHaveLength(2);
});

it('a token that has ended serves no more: whoever asks waits for the next', async () => {
  const { clock, tokens } = await aFirstToken({ expires_in: 60 });
  clock.nowMs = 60_000;
  expect(await Promise.all([tokens.get(), tokens.get()])).toEqual([
    { token: 'token-2', fresh: true },
    { token: 'token-2', fresh: true },
  ]);
});

it('a renewal that fails is tried again, and the token serves until its end', async () => {
  let nowMs = 0;
  const server = await aTokenServer((request) =>
    request === 1 ? { status: 200, body: { access_token: 'token-1', expires_in: 60 } } : { status: 503, body: {} },
  );
  const tokens = new OAuth2Tokens({ ...client, tokenUrl: server.url }, () => nowMs);
  await tokens.get();
  nowMs = 59_000;
  while (server.requests.length < 3) {
    expect(await tokens.get()).toEqual({ token: 'token-1', fresh: false });
    await new Promise((resolve) => setImmediate(resolve));
  }
  nowMs = 60_000;
  expect(await tokens.get()).toMatchObject({ error: expect.stringContaining('HTTP 503') as string });
});

it('a token is dropped only while it is the one that is kept', async () => {
  const { clock, server, tokens } = await aFirstToken({ expires_in: 60 });
  clock.nowMs = 60_000;
  await tokens.get();
  tokens.drop('token-1');
  expect(await tokens.get()).toEqual({ token: 'token-2', fresh: false });
  tokens.drop('token-2');
  expect(await tokens.get()).toEqual({ token: 'token-3', fresh: true });
  expect(server.requests).toHaveLength(3);
});
