import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aDelivery } from '../testing/a-delivery.js';
import { candidate, specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { acceptCandidates } from './accept-candidates.js';
import { recordStreamIncident } from './statements/stream-incidents.js';
import {
  acquireStreamLease,
  advanceStreamOffset,
  releaseStreamLease,
  renewStreamLease,
  type StreamLease,
} from './statements/stream-lease.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const TTL_MS = 15_000;
const acquire = (holder: string) => acquireStreamLease(spec.database, 'commands', holder, TTL_MS);
const held = async (holder: string): Promise<StreamLease> => {
  const lease = await acquire(holder);
  if (lease === null) throw new Error('the lease is not free');
  return lease;
};
const timeOut = () => spec.rows(`update stream_offsets set lease_expires_at = now() - interval '1 ms'`);
const ONE = { lastId: '5-0', accepted: 1, replayed: 0, malformed: 0 };
const offset = () =>
  spec.row('select last_id, consumed::int, accepted::int, replayed::int, malformed::int, missed::int from stream_offsets');

describe('one consumer holds the lease of a stream', () => {
  it('from its beginning', async () => {
    expect(await acquire('a')).toEqual({
      stream: 'commands',
      incarnation: 1,
      lastId: '0-0',
      fencingToken: '1',
      consumed: 0,
      missed: 0,
      countsKnown: true,
      halted: false,
    });
  });

  it('and another has to wait', async () => {
    await held('a');
    expect(await acquire('b')).toBeNull();
  });

  it('of many who ask at once', async () => {
    const leases = await Promise.all([...Array(10).keys()].map((index) => acquire(`consumer-${index}`)));
    expect(leases.filter((lease) => lease !== null)).toHaveLength(1);
  });

  it('of each stream', async () => {
    await held('a');
    expect(await acquireStreamLease(spec.database, 'other', 'b', TTL_MS)).not.toBeNull();
  });

  it('until it is past its time, by the server’s clock', async () => {
    await held('a');
    await timeOut();
    expect(await acquire('b')).toMatchObject({ fencingToken: '2' });
  });

  it('until it gives it back', async () => {
    await releaseStreamLease(spec.database, await held('a'));
    expect(await acquire('b')).toMatchObject({ fencingToken: '2' });
  });

  it('and may renew it, as long as no other has taken it', async () => {
    const lease = await held('a');
    await timeOut();
    expect(await renewStreamLease(spec.database, lease, TTL_MS)).toMatchObject({ fencingToken: '1' });
    expect(await acquire('b')).toBeNull();
    await timeOut();
    await held('b');
    expect(await renewStreamLease(spec.database, lease, TTL_MS)).toBeNull();
  });

  it('and not renew it once it was given back', async () => {
    const lease = await held('a');
    await releaseStreamLease(spec.database, lease);
    expect(await renewStreamLease(spec.database, lease, TTL_MS)).toBeNull();
  });
});

describe('the offset', () => {
  it('moves with what was consumed, and keeps the lease', async () => {
    const lease = await held('a');
    await timeOut();
    expect(await advanceStreamOffset(spec.database, lease, { lastId: '7-0', accepted: 3, replayed: 2, malformed: 1 }, TTL_MS)).toBe(true);
    expect(await offset()).toEqual({ last_id: '7-0', consumed: 6, accepted: 3, replayed: 2, malformed: 1, missed: 0 });
    expect(await acquire('b')).toBeNull();
    expect(await renewStreamLease(spec.database, lease, TTL_MS)).toMatchObject({ lastId: '7-0', consumed: 6 });
  });

  it('does not move for a consumer whose token is stale', async () => {
    const stale = await held('a');
    await timeOut();
    await held('b');
    expect(await advanceStreamOffset(spec.database, stale, ONE, TTL_MS)).toBe(false);
    expect(await offset()).toMatchObject({ last_id: '0-0', consumed: 0 });
  });

  it('does not move from where it is not: a batch counts once', async () => {
    const lease = await held('a');
    expect(await advanceStreamOffset(spec.database, lease, ONE, TTL_MS)).toBe(true);
    expect(await advanceStreamOffset(spec.database, lease, ONE, TTL_MS)).toBe(false);
    expect(await offset()).toMatchObject({ last_id: '5-0', consumed: 1 });
  });

  it('is not given back by a stale consumer', async () => {
    const stale = await held('a');
    await timeOut();
    const current = await held('b');
    await releaseStreamLease(spec.database, stale);
    expect(await renewStreamLease(spec.database, current, TTL_MS)).not.toBeNull();
  });

  it('and what it stands for are one transaction: a consumer that was overtaken leaves nothing behind', async () => {
    const stale = await held('a');
    const overtaken = spec.database.transaction(async (transaction) => {
      await acceptCandidates(transaction, [candidate(aDelivery())], 1000);
      await timeOut();
      await held('b');
      if (!(await advanceStreamOffset(transaction, stale, ONE, TTL_MS))) throw new Error('the lease has passed to another');
    });
    await expect(overtaken).rejects.toThrow('passed to another');
    expect(await spec.rows('select 1 from deliveries')).toEqual([]);
  });
});

describe('an incident', () => {
  const GAP = { kind: 'gap', detail: { entries_added: 9 }, missed: 3, halts: false } as const;
  const ids = [
    '019b7a5e-0000-7000-8000-000000000001',
    '019b7a5e-0000-7000-8000-000000000002',
    '019b7a5e-0000-7000-8000-000000000003',
  ] as const;

  it('is recorded with the offset, and what is missing is counted in', async () => {
    const lease = await held('a');
    expect(await recordStreamIncident(spec.database, lease, ids[0], GAP)).toBe(true);
    expect(await spec.row('select incident_id, stream, incarnation, kind, offset_id, detail, resolved_at from stream_incidents')).toEqual({
      incident_id: ids[0],
      stream: 'commands',
      incarnation: 1,
      kind: 'gap',
      offset_id: '0-0',
      detail: { entries_added: 9 },
      resolved_at: null,
    });
    expect(await renewStreamLease(spec.database, lease, TTL_MS)).toMatchObject({ missed: 3, halted: false });
  });

  it('is recorded once for an offset and kind', async () => {
    const lease = await held('a');
    const missing = { ...GAP, kind: 'missing_key', missed: 0 } as const;
    expect(await recordStreamIncident(spec.database, lease, ids[0], missing)).toBe(true);
    expect(await recordStreamIncident(spec.database, lease, ids[1], missing)).toBe(false);
    expect(await recordStreamIncident(spec.database, lease, ids[1], { ...missing, kind: 'wrong_type' })).toBe(true);
    expect(await recordStreamIncident(spec.database, { ...lease, lastId: '5-0' }, ids[2], missing)).toBe(true);
  });

  it('that is one more gap at the same offset is added to the open row, and told again', async () => {
    const lease = await held('a');
    const gap = (missed: number, more: object) => ({ ...GAP, missed, detail: { entries_missing: missed, ...more } });
    expect(await recordStreamIncident(spec.database, lease, ids[0], gap(3, { length: 0, first: true }))).toBe(true);
    expect(await recordStreamIncident(spec.database, lease, ids[1], gap(4, { length: 7 }))).toBe(true);
    expect(await spec.rows('select incident_id, detail from stream_incidents')).toEqual([
      {
        incident_id: ids[0],
        detail: { entries_missing: 7, length: 7, last_seen_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) },
      },
    ]);
    expect(await renewStreamLease(spec.database, lease, TTL_MS)).toMatchObject({ missed: 7 });
  });

  it('whose missing entries are not known makes their sum unknown', async () => {
    const lease = await held('a');
    const unknown = { ...GAP, missed: -2, detail: { entries_missing: null } };
    await recordStreamIncident(spec.database, lease, ids[0], { ...GAP, detail: { entries_missing: 3 } });
    await recordStreamIncident(spec.database, lease, ids[1], unknown);
    expect(await spec.row(`select detail->'entries_missing' as missing from stream_incidents`)).toEqual({ missing: null });
  });

  it('of a stream that was replaced counts as less than nothing missing, and does not stop the reading', async () => {
    const lease = await held('a');
    await recordStreamIncident(spec.database, lease, ids[0], { ...GAP, missed: -9, detail: { entries_missing: null } });
    const counted = await renewStreamLease(spec.database, lease, TTL_MS);
    expect(counted).toMatchObject({ missed: -9, halted: false });
    expect(await advanceStreamOffset(spec.database, lease, ONE, TTL_MS)).toBe(true);
  });

  it('is recorded anew once the old one is resolved', async () => {
    const lease = await held('a');
    await recordStreamIncident(spec.database, lease, ids[0], GAP);
    await spec.rows('update stream_incidents set resolved_at = now()');
    expect(await recordStreamIncident(spec.database, lease, ids[1], GAP)).toBe(true);
  });

  it('may halt the reading, for whoever holds the lease next too', async () => {
    const lease = await held('a');
    await recordStreamIncident(spec.database, lease, ids[0], { ...GAP, kind: 'went_backwards', missed: 0, halts: true });
    expect(await renewStreamLease(spec.database, lease, TTL_MS)).toMatchObject({ halted: true });
    await releaseStreamLease(spec.database, lease);
    expect(await acquire('b')).toMatchObject({ halted: true });
  });

  it('is not recorded by a consumer whose token is stale', async () => {
    const stale = await held('a');
    await timeOut();
    await held('b');
    expect(await recordStreamIncident(spec.database, stale, ids[0], { ...GAP, halts: true })).toBe(false);
    expect(await spec.rows('select 1 from stream_incidents')).toEqual([]);
    expect(await offset()).toMatchObject({ missed: 0 });
    expect(await spec.row('select halted_at from stream_offsets')).toEqual({ halted_at: null });
  });
});
