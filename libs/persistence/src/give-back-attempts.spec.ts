import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCEPTED, claimAll, record, retaken, started } from '../testing/attempts.js';
import { aDelivery } from '../testing/a-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { findDeferredSupersessions, finishSupersessions } from './statements/deferred-supersessions.js';
import { giveBackAttempts } from './statements/give-back-attempts.js';
import { giveBackUnstarted } from './statements/give-back-unstarted.js';
import { takeAttempts, type TakenAttempt } from './statements/take-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const givenBack = ({ attempt_id: attemptId, delivery_id: deliveryId, token }: TakenAttempt, delayMs = 5_000) => ({
  attemptId,
  deliveryId,
  token,
  delayMs,
  error: 'version x is not recorded',
});
const giveBack = (...taken: TakenAttempt[]) =>
  giveBackAttempts(
    spec.database,
    taken.map((each) => givenBack(each)),
  );
const attempts = () =>
  spec.rows(`select attempt_id, status, number, worker_id, token, started_at, claimed_at, error,
    scheduled_at - now() between interval '4 s' and interval '5 s' as soon from attempts`);

describe('an attempt that could not be begun', () => {
  it('is scheduled again, unbound, for a later time, with no attempt burnt, and says why', async () => {
    const taken = await started(spec);
    expect(await giveBack(taken)).toEqual([taken.attempt_id]);
    expect(await attempts()).toEqual([
      {
        attempt_id: taken.attempt_id,
        status: 'scheduled',
        number: 1,
        worker_id: null,
        token: null,
        started_at: null,
        claimed_at: null,
        error: 'version x is not recorded',
        soon: true,
      },
    ]);
  });

  it('can no longer be settled by the token that it had, and says nothing of it once it is', async () => {
    const taken = await started(spec);
    await giveBack(taken);
    expect(await record(spec.database, taken, ACCEPTED)).toBeNull();
    const again = await retaken(spec, taken.delivery_id);
    expect(again).toMatchObject({ number: 1, schedule_position: 1 });
    await record(spec.database, again, ACCEPTED);
    expect(await attempts()).toMatchObject([{ status: 'ended', error: null }]);
  });

  it('is left alone where its token is void', async () => {
    const taken = await started(spec);
    await spec.rows('update attempts set token = gen_random_uuid()');
    expect(await giveBack(taken)).toEqual([]);
    expect(await attempts()).toMatchObject([{ status: 'in_progress' }]);
  });

  it('costs the others nothing', async () => {
    await spec.accept(aDelivery(), aDelivery());
    await claimAll(spec.database);
    const [one, other] = await takeAttempts(spec.database, 2, 'worker-1');
    if (one === undefined || other === undefined) throw new Error('nothing was taken');
    expect(await giveBack(one)).toEqual([one.attempt_id]);
    expect(await record(spec.database, other, ACCEPTED)).toMatchObject({ next: { kind: 'end', status: 'sent' } });
  });
});

describe('what was superseded while it counted as in progress ends, and is not sent after the newer one', () => {
  const supersededWhileTaken = async (): Promise<TakenAttempt> => {
    const taken = await started(spec, { supersedeKey: 'cart' });
    await spec.accept(aDelivery({ supersedeKey: 'cart' }));
    return taken;
  };
  /** Ends what is left to the scheduler, and says how the delivery stands then. */
  const ended = async ({ delivery_id }: TakenAttempt) => {
    const putOff = `select status from attempts where delivery_id = $1 and scheduled_at > now() + interval '1 h'`;
    expect(await spec.rows(putOff, [delivery_id])).toEqual([{ status: 'scheduled' }]);
    await finishSupersessions(spec.database, await findDeferredSupersessions(spec.database, 10));
    return spec.rows('select status, end_reason from deliveries where delivery_id = $1', [delivery_id]);
  };

  it('where its worker could not begin it', async () => {
    const taken = await supersededWhileTaken();
    expect(await giveBack(taken)).toEqual([taken.attempt_id]);
    expect(await ended(taken)).toEqual([{ status: 'superseded', end_reason: 'superseded' }]);
  });

  it('where the answer to its take was lost', async () => {
    const taken = await supersededWhileTaken();
    expect(await giveBackUnstarted(spec.database, 'worker-1', [], () => undefined)).toEqual([taken.attempt_id]);
    expect(await ended(taken)).toEqual([{ status: 'superseded', end_reason: 'superseded' }]);
  });
});
