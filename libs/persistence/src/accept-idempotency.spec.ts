import type { Refusal } from '@mail/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aDelivery } from '../testing/a-delivery.js';
import { candidate, DAY_MS, specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { acceptCandidates, type Acceptance, type Candidate } from './accept-candidates.js';
import type { Runner } from './statement.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const accept = (...candidates: Candidate[]): Promise<Acceptance[]> => acceptCandidates(spec.database, candidates, 7 * DAY_MS);
const fresh = { kind: 'accepted', outcome: 'queued', replayed: false };
const replayed = { kind: 'accepted', outcome: 'queued', replayed: true };
const conflict = { kind: 'refused', refusal: { code: 'idempotency_conflict' } };
const otherCommand = { fingerprint: Buffer.alloc(32, 2) };
const UNKNOWN: Refusal = { code: 'unknown_template', detail: 'gone', faults: [] };

async function stored(): Promise<{ deliveries: number; recipients: number; payloads: number; attempts: number; keys: number }> {
  return spec.row(`select (select count(*)::int from deliveries) as deliveries, (select count(*)::int from delivery_recipients) as recipients,
    (select count(*)::int from delivery_payloads) as payloads, (select count(*)::int from attempts) as attempts,
    (select count(*)::int from idempotency_keys) as keys`);
}
const ONE = { deliveries: 1, recipients: 1, payloads: 1, attempts: 1, keys: 1 };

const endAll = (): Promise<unknown> =>
  spec.rows(`with stopped as (update attempts set status = 'ended', outcome = 'cancelled', finished_at = now())
    update deliveries set status = 'cancelled', end_reason = 'cancelled_by_operator', ended_at = now()`);
const ageKeys = (): Promise<unknown> => spec.rows(`update idempotency_keys set expires_at = now() - interval '1 ms'`);

describe('one key makes one delivery', () => {
  it('in a hundred concurrent transactions', async () => {
    const others = await Promise.all([spec.another(), spec.another()]);
    const pools = [spec.database, ...others];
    const answers = await Promise.all(
      [...Array(100).keys()].map((index) =>
        acceptCandidates(pools[index % 3] ?? spec.database, [candidate(aDelivery({ idempotencyKey: 'one' }))], 7 * DAY_MS),
      ),
    );
    const accepted = answers.flat().filter((answer) => answer.kind === 'accepted');
    expect(accepted).toHaveLength(100);
    expect(accepted.filter((answer) => !answer.replayed)).toHaveLength(1);
    expect(new Set(accepted.map((answer) => answer.deliveryId)).size).toBe(1);
    expect(await stored()).toEqual(ONE);
  });

  it('in concurrent batches that name the same keys in opposite orders: no deadlock', async () => {
    const keys = [...Array(20).keys()].map(String);
    const batch = (order: readonly string[]): Candidate[] => order.map((idempotencyKey) => candidate(aDelivery({ idempotencyKey })));
    const rounds = [...Array(10).keys()].map((index) => accept(...batch(index % 2 === 0 ? keys : [...keys].reverse())));
    const accepted = (await Promise.all(rounds)).flat();
    expect(accepted.filter((answer) => answer.kind === 'accepted' && !answer.replayed)).toHaveLength(20);
    expect(await stored()).toMatchObject({ deliveries: 20, attempts: 20 });
  });

  it('of a new command whose key runs out just between the insert and the look at it', async () => {
    await accept(candidate(aDelivery({ idempotencyKey: 'one' })));
    await endAll();
    let inserts = 0;
    const runner: Runner = {
      async query(config) {
        const answer = await spec.database.query<never>(config);
        if (config.name === 'accept_deliveries' && ++inserts === 1) await ageKeys();
        return answer;
      },
    };
    const next = candidate(aDelivery({ idempotencyKey: 'one', ...otherCommand }));
    expect(await acceptCandidates(runner, [next], 7 * DAY_MS)).toMatchObject([fresh]);
    expect(inserts).toBe(2);
  });

  it('within one batch: the first counts, an equal one is its replay, another one a conflict', async () => {
    const first = aDelivery({ idempotencyKey: 'one' });
    const answers = await accept(
      candidate(first),
      candidate(aDelivery({ idempotencyKey: 'one' })),
      candidate(aDelivery({ idempotencyKey: 'one', ...otherCommand })),
      candidate(aDelivery({ idempotencyKey: 'two' })),
    );
    expect(answers).toMatchObject([
      { ...fresh, deliveryId: first.deliveryId },
      { ...replayed, deliveryId: first.deliveryId },
      conflict,
      fresh,
    ]);
    expect(await stored()).toMatchObject({ deliveries: 2, keys: 2 });
  });

  it('a source: the same key of another source is another key', async () => {
    const answers = await accept(
      candidate(aDelivery({ idempotencyKey: 'one' })),
      candidate(aDelivery({ idempotencyKey: 'one', source: 'blog' })),
    );
    expect(answers).toMatchObject([fresh, fresh]);
  });
});

describe('a key that is remembered', () => {
  it('answers the same command as before, with the same delivery, and stores nothing', async () => {
    const first = await spec.accepted({ idempotencyKey: 'one' });
    expect(await accept(candidate(aDelivery({ idempotencyKey: 'one' })))).toMatchObject([{ ...replayed, deliveryId: first.deliveryId }]);
    expect(await stored()).toEqual(ONE);
  });

  it('refuses another command, and stores nothing', async () => {
    await spec.accepted({ idempotencyKey: 'one' });
    expect(await accept(candidate(aDelivery({ idempotencyKey: 'one', ...otherCommand })))).toMatchObject([conflict]);
    expect(await stored()).toEqual(ONE);
  });

  it('answers as at acceptance, though the delivery has ended meanwhile', async () => {
    await spec.accepted({ idempotencyKey: 'one' });
    await endAll();
    expect(await accept(candidate(aDelivery({ idempotencyKey: 'one' })))).toMatchObject([replayed]);
  });

  it('answers a command that could not be accepted today', async () => {
    const first = await spec.accepted({ idempotencyKey: 'one' });
    const refused: Candidate = { ...candidate(first), preparation: { ok: false, refusal: UNKNOWN } };
    expect(await accept(refused)).toMatchObject([{ ...replayed, deliveryId: first.deliveryId }]);
    expect(await accept({ ...refused, idempotencyKey: 'new' })).toEqual([{ kind: 'refused', refusal: UNKNOWN }]);
    expect(await accept({ ...refused, matches: () => false })).toMatchObject([conflict]);
  });
});

describe('a key past its time', () => {
  it('is given anew once its delivery has ended', async () => {
    const first = await spec.accepted({ idempotencyKey: 'one' });
    await endAll();
    await ageKeys();
    const second = aDelivery({ idempotencyKey: 'one', ...otherCommand });
    expect(await accept(candidate(second))).toMatchObject([{ ...fresh, deliveryId: second.deliveryId }]);
    expect(second.deliveryId).not.toBe(first.deliveryId);
    expect(await spec.row('select delivery_id, fingerprint, expires_at > now() as remembered from idempotency_keys')).toEqual({
      delivery_id: second.deliveryId,
      fingerprint: second.fingerprint,
      remembered: true,
    });
  });

  it('is given anew to one of many who ask at once', async () => {
    await spec.accepted({ idempotencyKey: 'one' });
    await endAll();
    await ageKeys();
    const answers = await Promise.all([...Array(20).keys()].map(() => accept(candidate(aDelivery({ idempotencyKey: 'one' })))));
    expect(answers.flat().filter((answer) => answer.kind === 'accepted' && !answer.replayed)).toHaveLength(1);
    expect(await stored()).toMatchObject({ deliveries: 2, keys: 1 });
  });

  it('is given anew once its delivery is gone', async () => {
    await spec.accepted({ idempotencyKey: 'one' });
    await spec.rows('delete from deliveries');
    await ageKeys();
    expect(await accept(candidate(aDelivery({ idempotencyKey: 'one' })))).toMatchObject([fresh]);
  });

  it('is still remembered while its delivery is queued', async () => {
    const first = await spec.accepted({ idempotencyKey: 'one' });
    await ageKeys();
    const answers = await accept(
      candidate(aDelivery({ idempotencyKey: 'one' })),
      candidate(aDelivery({ idempotencyKey: 'one', ...otherCommand })),
    );
    expect(answers).toMatchObject([{ ...replayed, deliveryId: first.deliveryId }, conflict]);
    expect(await stored()).toEqual(ONE);
  });
});

it('a key is remembered for its time from acceptance', async () => {
  await acceptCandidates(spec.database, [candidate(aDelivery())], 90_000);
  expect(await spec.row(`select extract(epoch from expires_at - created_at)::int as seconds from idempotency_keys`)).toEqual({
    seconds: 90,
  });
});
