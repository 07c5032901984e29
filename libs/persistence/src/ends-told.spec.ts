import type { SettledResult } from '@mail/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aDelivery } from '../testing/a-delivery.js';
import { ACCEPTED, outcomeOf, PUT_OFF, REFUSED, record, retaken, started, stateOf, UNCERTAIN } from '../testing/attempts.js';
import { age, expirePage, recoverLost } from '../testing/recovery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { recordOutcomes, type Recorded } from './record-outcomes.js';
import type { TakenAttempt } from './statements/take-attempts.js';

// Who ends a delivery counts it: each end is told once, to the one who made it.
let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const KEY = { supersedeKey: 'a@x.example' };
const superseded = async (...given: Parameters<SpecDatabase['accept']>) =>
  (await spec.accept(...given)).map((answer) => (answer.kind === 'accepted' ? answer.superseded : null));

describe('an acceptance tells of those that it superseded', () => {
  it('before their attempt had started, as often as there are some', async () => {
    await spec.accepted(KEY);
    expect(await superseded(aDelivery(KEY))).toEqual([['superseded']]);
  });

  it('as uncertain, where a mail may be out', async () => {
    await record(spec.database, await started(spec, KEY), UNCERTAIN);
    expect(await superseded(aDelivery(KEY))).toEqual([['uncertain']]);
  });

  it('each of its own key, and within one batch of what came with it', async () => {
    await spec.accepted(KEY);
    await spec.accepted({ supersedeKey: 'b@x.example' });
    const [first, other, last] = [aDelivery(KEY), aDelivery({ supersedeKey: 'b@x.example' }), aDelivery(KEY)];
    expect(await superseded(first, other, last, aDelivery())).toEqual([undefined, ['superseded'], ['superseded', 'superseded'], undefined]);
  });

  it('and not of one in progress, which is told by who settles it', async () => {
    const taken = await started(spec, KEY);
    expect(await superseded(aDelivery(KEY))).toEqual([undefined]);
    expect(await told(taken, PUT_OFF)).toMatchObject({ ended: 'first', settlement: { next: { status: 'superseded' } } });
  });
});

const told = async (taken: TakenAttempt, result: SettledResult): Promise<Recorded | undefined> =>
  (await recordOutcomes(spec.database, [outcomeOf(stateOf(taken), result)], { late: 'settle' }))[0];

/** One whose worker is lost, and that recovery has settled. */
async function lost(more: Parameters<typeof started>[1] = {}): Promise<{ taken: TakenAttempt; recovered: Recorded | undefined }> {
  const taken = await started(spec, more);
  await age(spec);
  const [recovered] = await recoverLost(spec.database);
  return { taken, recovered };
}

describe('a settlement tells whether the delivery ended by it', () => {
  it('and a retry does not end it', async () => {
    const taken = await started(spec);
    expect(await told(taken, PUT_OFF)).toMatchObject({ ended: null });
    expect(await told(await retaken(spec, taken.delivery_id), ACCEPTED)).toMatchObject({ ended: 'first' });
  });

  it('by recovery, and again by a success that comes late', async () => {
    const { taken, recovered } = await lost({ onUncertain: 'hold' });
    expect(recovered).toMatchObject({ ended: 'first', settlement: { next: { status: 'uncertain' } } });
    expect(await told(taken, ACCEPTED)).toMatchObject({ ended: 'again', settlement: { next: { status: 'sent' } } });
  });

  it('once, when a late result cancels its retry', async () => {
    const { taken, recovered } = await lost();
    expect(recovered).toMatchObject({ ended: null });
    expect(await told(taken, REFUSED)).toMatchObject({ ended: 'first' });
  });

  it('by the retry, when that had started before the late result', async () => {
    const { taken } = await lost();
    const retry = await retaken(spec, taken.delivery_id);
    expect(await told(taken, ACCEPTED)).toMatchObject({ ended: null, settlement: { next: { kind: 'end' } } });
    expect(await told(retry, ACCEPTED)).toMatchObject({ ended: 'first' });
    expect(await told(taken, ACCEPTED)).toMatchObject({ ended: null, settlement: null });
  });
});

it('an expiry tells how each ended', async () => {
  const soon = { expiresInMs: 3_600_000 };
  await record(spec.database, await started(spec, soon), UNCERTAIN);
  await spec.accepted(soon);
  await spec.rows(`update deliveries set expires_at = now() - interval '1 ms'`);
  const ends = await expirePage(spec.database, 10);
  expect(ends.map(({ status }) => status).sort()).toEqual(['expired', 'uncertain']);
});
