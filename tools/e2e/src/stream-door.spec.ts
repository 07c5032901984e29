import { createHash } from 'node:crypto';
import { eventually } from '@mail/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';

const command = (to = 'a@example.com') => ({ to: [to], content: { mode: 'rendered', subject: 'Hello', text: 'Hi' } });

describe('the Redis door', () => {
  let system: MailSystem;
  beforeEach(async () => {
    system = await startMailSystem(['stream-consumer'], { env: { MAIL_STREAM_LEASE_TTL: '2s', MAIL_STREAM_BLOCK_TIMEOUT: '500ms' } });
  }, 90_000);
  afterEach(() => system.stop());

  const rows = async <Row extends object>(sql: string): Promise<Row[]> => (await system.database.client.query<Row>(sql)).rows;
  const offset = async () =>
    (
      await rows<{ last_id: string; consumed: string; accepted: string; lease_holder: string | null; missed: string }>(
        'select * from stream_offsets',
      )
    )[0];
  const reached = (id: string) => eventually(`the offset reaches ${id}`, async () => (await offset())?.last_id === id);
  const incidents = () =>
    rows<{ kind: string; detail: { entries_missing?: number | null } }>('select kind, detail from stream_incidents order by detected_at');

  it('records what cannot be accepted and why, with its bytes where they cannot hold a secret, and costs the neighbours nothing', async () => {
    const { redis, stream } = system.stream;
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
    await system.add('shop', 'before', command());
    await redis.xadd(stream, '*', 'source', 'shop', 'idempotency_key', 'bytes', 'command', bytes);
    await redis.xadd(stream, '*', 'source', 'shop', 'idempotency_key', 'extra', 'command', '{}', 'more', '1');
    await system.add('shop', 'template', { to: ['a@example.com'], content: { mode: 'template', template_id: 'no.such' } });
    await system.add('auth', 'secret', {
      to: ['a@example.com'],
      content: { mode: 'template', template_id: 'auth.login_code', variables: { code: '493817', more: 1 } },
    });
    // Another source may have its codes sent as well.
    const code = { mode: 'template', template_id: 'auth.login_code', variables: { code: '493817', more: 1 } };
    await system.add('shop', 'of-another', { to: ['a@example.com'], content: code });
    await system.add('shop', 'unreadable', `{"content":${JSON.stringify(code)},,}`);
    await system.add('shop', 'other-fault', { to: [], content: { ...code, variables: { code: '493817' } } });
    await system.add('auth', 'rendered', command());
    await reached(await system.add('shop', 'after', command()));
    expect(await rows('select idempotency_key from deliveries order by created_at, delivery_id')).toEqual([
      { idempotency_key: 'before' },
      { idempotency_key: 'after' },
    ]);
    const malformed = await rows<{ raw: Buffer | null; sha256: Buffer | null }>(
      'select idempotency_key, source, code, raw, raw_bytes, sha256 from malformed_commands order by entry_id',
    );
    expect(malformed).toMatchObject([
      { idempotency_key: 'bytes', source: 'shop', code: 'malformed_json', raw_bytes: 5 },
      { idempotency_key: 'extra', code: 'validation_failed' },
      { idempotency_key: 'template', code: 'unknown_template', raw: null, sha256: null },
      { idempotency_key: 'secret', source: 'auth', code: 'validation_failed', raw: null, sha256: null },
      { idempotency_key: 'of-another', source: 'shop', code: 'validation_failed', raw: null, sha256: null },
      { idempotency_key: 'unreadable', code: 'malformed_json', raw: null, sha256: null },
      { idempotency_key: 'other-fault', code: 'validation_failed', raw: null, sha256: null },
      { idempotency_key: 'rendered', source: 'auth', code: 'validation_failed', raw: null, sha256: null },
    ]);
    expect(malformed[0]?.raw?.equals(bytes)).toBe(true);
    expect(malformed[0]?.sha256?.equals(createHash('sha256').update(bytes).digest())).toBe(true);
  }, 60_000);

  it('has one consumer; another takes over at once when it stops', async () => {
    const first = system.processes.get('stream-consumer');
    const second = await system.start('stream-consumer');
    await second.logged('stream_lease_elsewhere');
    first?.kill('SIGTERM');
    expect(await first?.exited).toBe(0);
    await second.logged('stream_lease_acquired');
    await reached(await system.add('shop', 'k', command()));
  }, 60_000);

  it('skips no command and applies none twice when a frozen consumer wakes after its lease passed to another', async () => {
    const first = system.processes.get('stream-consumer');
    await reached(await system.add('shop', 'k-0', command()));
    const second = await system.start('stream-consumer');
    first?.kill('SIGSTOP');
    const ids = await Promise.all(Array.from({ length: 50 }, (_, index) => system.add('shop', `k-${index + 1}`, command())));
    await second.logged('stream_lease_acquired');
    first?.kill('SIGCONT');
    const last = await system.add('shop', 'k-51', command());
    await reached(last);
    await first?.logged('stream_lease_elsewhere');
    expect(ids).toHaveLength(50);
    expect(await offset()).toMatchObject({ consumed: '52', accepted: '52' });
    expect(await rows('select count(*)::int as n from deliveries')).toEqual([{ n: 52 }]);
  }, 60_000);

  it('tells of entries that were trimmed before they were read, and reads on', async () => {
    await reached(await system.add('shop', 'k-0', command()));
    const consumer = system.processes.get('stream-consumer');
    consumer?.kill('SIGKILL');
    await consumer?.exited;
    for (let index = 1; index <= 5; index += 1) await system.add('shop', `k-${index}`, command());
    await system.stream.redis.xtrim(system.stream.stream, 'MAXLEN', 2);
    await system.start('stream-consumer');
    await reached(await system.add('shop', 'k-6', command()));
    expect(await incidents()).toMatchObject([{ kind: 'gap', detail: { entries_missing: 3 } }]);
    expect(await offset()).toMatchObject({ consumed: '4', missed: '3' });
  }, 60_000);

  it('tells again of more that was trimmed at the same offset, in the row that is still open', async () => {
    await reached(await system.add('shop', 'k-0', command()));
    const lose = async (count: number) => {
      const lost = system.stream.redis.multi();
      for (let index = 0; index < count; index += 1) lost.xadd(system.stream.stream, '*', 'source', 'shop');
      await lost.xtrim(system.stream.stream, 'MAXLEN', 0).exec();
    };
    const missed = (count: number) => eventually(`${count} are missed`, async () => (await offset())?.missed === String(count));
    await lose(3);
    await missed(3);
    await lose(4);
    await missed(7);
    expect(await incidents()).toMatchObject([{ kind: 'gap', detail: { entries_missing: 7, last_seen_at: expect.any(String) } }]);
    const told = () => system.processes.get('stream-consumer')?.log.filter(({ event }) => event === 'stream_incident') ?? [];
    await eventually('it is told twice', () => told().length === 2);
    expect(told().map(({ entries_missing }) => entries_missing)).toEqual([3, 4]);
  }, 60_000);

  it('says nothing of entries that were trimmed after they were read', async () => {
    await reached(await system.add('shop', 'k-0', command()));
    await system.stream.redis.xtrim(system.stream.stream, 'MAXLEN', 0);
    await reached(await system.add('shop', 'k-1', command()));
    await eventually('it has looked again', async () => (await offset())?.consumed === '2');
    expect(await incidents()).toEqual([]);
  }, 60_000);

  it('tells of a stream that is gone, and reads what comes after it', async () => {
    await reached(await system.add('shop', 'k-0', command()));
    await system.stream.redis.del(system.stream.stream);
    await eventually('an incident', async () => (await incidents())[0]?.kind === 'missing_key');
    await reached(await system.add('shop', 'k-1', command()));
    expect(await rows('select count(*)::int as n from deliveries')).toEqual([{ n: 2 }]);
  }, 60_000);

  it('halts, alive, before a stream whose ids went back, and skips nothing', async () => {
    const last = await system.add('shop', 'k-0', command());
    await reached(last);
    await system.stream.redis.del(system.stream.stream);
    await system.stream.redis.xadd(
      system.stream.stream,
      '1-1',
      'source',
      'shop',
      'idempotency_key',
      'older',
      'command',
      JSON.stringify(command()),
    );
    await eventually('an incident', async () => (await incidents()).some(({ kind }) => kind === 'went_backwards'));
    await eventually('it halts', async () => (await rows('select 1 from stream_offsets where halted_at is not null')).length === 1);
    expect(await offset()).toMatchObject({ last_id: last });
    system.processes.get('stream-consumer')?.kill('SIGTERM');
    expect(await system.processes.get('stream-consumer')?.exited).toBe(0);
  }, 60_000);

  it('shares its keys with the HTTP door', async () => {
    await system.start('intake-api');
    const { body } = await system.post('deliveries', 'shared', { source: 'shop', ...command() });
    await reached(await system.add('shop', 'shared', command()));
    expect(await rows('select delivery_id from deliveries')).toEqual([{ delivery_id: body['delivery_id'] }]);
    expect(await rows('select replayed from stream_offsets')).toEqual([{ replayed: '1' }]);
  }, 60_000);
});
