import { eventually } from '@mail/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askOperator, type OperatorAnswer } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

const command = (subject: string): string => JSON.stringify({ to: ['a@example.com'], content: { mode: 'rendered', subject, text: 'Hi' } });

let system: MailSystem;
beforeAll(async () => {
  system = await startMailSystem(['intake-api', 'stream-consumer'], { env: { MAIL_STREAM_BLOCK_TIMEOUT: '100ms' } });
}, 90_000);
afterAll(() => system.stop());

const adopt = (body?: unknown): Promise<OperatorAnswer> =>
  askOperator(system, 'POST', 'stream/adopt', { headers: { 'x-operator': 'ada' }, body });
async function row<Row extends object>(sql: string): Promise<Row | undefined> {
  return (await system.database.client.query<Row>(sql)).rows[0];
}
const accepted = (key: string): Promise<unknown> =>
  eventually(`${key} is accepted`, () => row(`select 1 as one from deliveries where idempotency_key = '${key}'`));

it('a stream that went backwards is read from its beginning once an operator adopts it, and the consumer goes on by itself', async () => {
  const { redis, stream } = system.stream;
  const confirm = { confirm: stream };
  await system.add('shop', 'before', command('before'));
  await accepted('before');
  expect(await adopt(confirm)).toMatchObject({ status: 409, body: { code: 'not_terminal' } });

  // At once, or the consumer may see the key missing in between.
  const replacement = ['1-1', 'source', 'shop', 'idempotency_key', 'after', 'command', command('after')] as const;
  await redis
    .multi()
    .del(stream)
    .xadd(stream, ...replacement)
    .exec();
  await eventually('reading stops', () => row('select 1 as one from stream_offsets where halted_at is not null'));
  const stood = await row<{ last_id: string }>('select last_id from stream_offsets');

  expect(await adopt({})).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ pointer: '/confirm' }] } });
  expect(await adopt({ confirm: 'another' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/confirm' }] } });
  expect(await adopt({ stream: 'another', confirm: 'another' })).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect(await adopt()).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });

  expect(await adopt(confirm)).toMatchObject({
    status: 200,
    body: {
      stream,
      incarnation: 2,
      last_id: '0-0',
      incidents_resolved: 1,
      gave_up: { incarnation: 1, last_id: stood?.last_id, consumed: 1, accepted: 1, replayed: 0, malformed: 0, missed: 0 },
    },
  });
  await accepted('after');
  expect(await row('select incarnation, last_id, accepted::int, halted_at from stream_offsets')).toEqual({
    incarnation: 2,
    last_id: '1-1',
    accepted: 1,
    halted_at: null,
  });
  expect(await row('select 1 as one from stream_incidents where resolved_at is null')).toBeUndefined();
  expect(await row(`select operator, action, detail->>'last_id' as last_id from operator_actions`)).toEqual({
    operator: 'ada',
    action: 'adopt_stream',
    last_id: stood?.last_id,
  });
  expect(await adopt(confirm)).toMatchObject({ status: 409, body: { code: 'not_terminal' } });
}, 60_000);
