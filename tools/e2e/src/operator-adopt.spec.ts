import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askOperator, type OperatorAnswer } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

const command = (subject: string): string => JSON.stringify({ to: ['a@example.com'], content: { mode: 'rendered', subject, text: 'Hi' } });
const HOUR_MS = 3_600_000;
const TTL_MS = 168 * HOUR_MS;

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

/** Puts a stream of these entries, by id and key, in the place of the one that was read; resolves once reading has stopped, and it is counted. */
async function replaceStream(...entries: readonly (readonly [id: string, key: string])[]): Promise<void> {
  const { redis, stream } = system.stream;
  // At once, or the consumer may see the key missing in between.
  const replaced = redis.multi().del(stream);
  for (const [id, key] of entries) replaced.xadd(stream, id, 'source', 'shop', 'idempotency_key', key, 'command', command(key));
  await replaced.exec();
  await eventually('reading stops', () => row('select 1 as one from stream_offsets where halted_at is not null and stock is not null'));
}

describe('a stream that went backwards', () => {
  it('is not adopted while it is read', async () => {
    const confirm = { confirm: system.stream.stream };
    await system.add('shop', 'before', command('before'));
    await accepted('before');
    expect(await adopt(confirm)).toMatchObject({ status: 409, body: { code: 'not_terminal' } });
    expect(await adopt({ ...confirm, dry_run: true })).toMatchObject({ status: 409, body: { code: 'not_terminal' } });
  });

  it('is read on after what idempotency keys no longer cover once an operator adopts it, and nothing older is sent again', async () => {
    const { stream } = system.stream;
    const confirm = { confirm: stream };
    const nowMs = Date.now();
    const old = [1, 2, 3, 4].map((day) => [`${nowMs - TTL_MS - day * 24 * HOUR_MS}-0`, `old-${day}`] as const).reverse();
    await replaceStream(...old, [`${nowMs - 24 * HOUR_MS}-0`, 'before'], [`${nowMs - HOUR_MS}-0`, 'after']);
    const stood = await row<{ last_id: string }>('select last_id from stream_offsets');

    expect(await adopt({})).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ pointer: '/confirm' }] } });
    expect(await adopt({ confirm: 'another' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/confirm' }] } });
    expect(await adopt({ stream: 'another', confirm: 'another' })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await adopt()).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
    for (const last_id of ['soon', '-1', '1-2-3', '99999999999999999999', `${nowMs}-0`]) {
      expect(await adopt({ ...confirm, last_id })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/last_id' }] } });
    }

    const all = { may_be_sent_again: 4, passed_over: 0, last_id: '0-0' };
    expect(await adopt({ ...confirm, last_id: '0', dry_run: true })).toMatchObject({ status: 200, body: { dry_run: true, ...all } });
    const none = { may_be_sent_again: 0, passed_over: 4, incarnation: 2 };
    expect(await adopt({ ...confirm, dry_run: true })).toMatchObject({
      status: 200,
      body: { dry_run: true, ...none, incidents_resolved: 0 },
    });

    const { status, body } = await adopt(confirm);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        stream,
        dry_run: false,
        ...none,
        incidents_resolved: 1,
        gave_up: { incarnation: 1, last_id: stood?.last_id, consumed: 1, accepted: 1, replayed: 0, malformed: 0, missed: 0 },
      },
    });
    const start = Number(String(body['last_id']).split('-')[0]);
    expect(start).toBeGreaterThan(nowMs - TTL_MS);
    expect(start).toBeLessThan(nowMs - TTL_MS + 2 * HOUR_MS);
    await accepted('after');
    await eventually('the counts are known', () => row('select 1 as one from stream_offsets where counts_known'));
    expect(await row('select incarnation, accepted::int, replayed::int, missed::int, halted_at from stream_offsets')).toEqual({
      incarnation: 2,
      ...{ accepted: 1, replayed: 1, missed: 4, halted_at: null },
    });
    expect(await row(`select 1 as one from deliveries where idempotency_key like 'old-%'`)).toBeUndefined();
    expect(await row('select 1 as one from stream_incidents where resolved_at is null')).toBeUndefined();
    const acts = `select operator, action, detail->>'last_id' as last_id, detail->'may_be_sent_again' as again from operator_actions`;
    expect(await row(acts)).toEqual({ operator: 'ada', action: 'adopt_stream', last_id: stood?.last_id, again: 0 });
    expect(await adopt(confirm)).toMatchObject({ status: 409, body: { code: 'not_terminal' } });
  }, 60_000);

  it('is read from where the operator says, who is told how many entries may be sent again', async () => {
    await replaceStream(['1-1', 'one'], ['2-1', 'two'], ['3-1', 'three']);
    const told = await adopt({ confirm: system.stream.stream, last_id: '1-1' });
    expect(told).toMatchObject({ status: 200, body: { last_id: '1-1', may_be_sent_again: 2, passed_over: 1, incarnation: 3 } });
    await accepted('two');
    await accepted('three');
    expect(await row(`select 1 as one from deliveries where idempotency_key = 'one'`)).toBeUndefined();
  }, 60_000);

  it('is read after its newest entry where all of them are older than their keys, and goes on with what is added', async () => {
    await replaceStream(['1-5', 'ancient']);
    expect(await adopt({ confirm: system.stream.stream })).toMatchObject({
      body: { last_id: '1-5', may_be_sent_again: 0, passed_over: 1 },
    });
    await system.add('shop', 'new', command('new'));
    await accepted('new');
    expect(await row(`select 1 as one from deliveries where idempotency_key = 'ancient'`)).toBeUndefined();
    expect(await row('select 1 as one from stream_incidents where resolved_at is null')).toBeUndefined();
  }, 60_000);
});
