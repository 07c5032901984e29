import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ACCEPTED, claimAll, outcomeOf, PUT_OFF, record, started, stateOf, UNCERTAIN } from '../testing/attempts.js';
import { seeDelivery } from '../testing/see-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { recordAndTake } from './record-outcomes.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

/** Two claimed attempts; returns their deliveries, the oldest first. */
async function twoClaimed(): Promise<string[]> {
  const deliveries = [await spec.accepted(), await spec.accepted()];
  await claimAll(spec.database);
  return deliveries.map(({ deliveryId }) => deliveryId);
}

it('outcomes are written, and the next attempts taken, in one statement', async () => {
  const sent = await started(spec);
  const putOff = await started(spec);
  const claimed = await twoClaimed();
  let statements = 0;
  const counting: typeof spec.database = { ...spec.database, query: (config) => ((statements += 1), spec.database.query(config)) };
  const outcomes = [outcomeOf(stateOf(sent), ACCEPTED), outcomeOf(stateOf(putOff), PUT_OFF)];
  const { recorded, left, taken } = await recordAndTake(counting, outcomes, 10, 'worker-1');
  expect({ statements, recorded: recorded.length, left }).toEqual({ statements: 1, recorded: 2, left: [] });
  expect(taken.map(({ delivery_id }) => delivery_id)).toEqual(claimed);
  expect(await seeDelivery(spec, sent.delivery_id)).toMatchObject({ status: 'sent', recipients: ['accepted'] });
  expect(await seeDelivery(spec, putOff.delivery_id)).toMatchObject({
    status: 'queued',
    attempts: ['ended transient_rejected', 'scheduled'],
  });
});

it('what is taken can be sent and recorded like what `takeAttempts` brings', async () => {
  const sent = await started(spec);
  await twoClaimed();
  const { taken } = await recordAndTake(spec.database, [outcomeOf(stateOf(sent), ACCEPTED)], 10, 'worker-1');
  for (const attempt of taken) {
    expect(await record(spec.database, attempt, ACCEPTED)).toMatchObject({ next: { kind: 'end', status: 'sent' } });
  }
  expect(taken).toHaveLength(2);
});

it('no more are taken than are asked for; nothing where nothing is claimed', async () => {
  const [first, second] = [await started(spec), await started(spec)];
  await twoClaimed();
  const one = await recordAndTake(spec.database, [outcomeOf(stateOf(first), ACCEPTED)], 1, 'worker-1');
  expect(one.taken).toHaveLength(1);
  await recordAndTake(spec.database, [], 10, 'worker-1');
  const none = await recordAndTake(spec.database, [outcomeOf(stateOf(second), ACCEPTED)], 10, 'worker-1');
  expect(none).toMatchObject({ left: [], taken: [], recorded: [{ settlement: { next: { status: 'sent' } } }] });
});

it('an outcome whose facts have moved on is left to be settled anew, and the others are written', async () => {
  const [moved, other] = [await started(spec), await started(spec)];
  await twoClaimed();
  await spec.rows('update deliveries set revision = revision + 1 where delivery_id = $1', [moved.delivery_id]);
  const outcomes = [moved, other].map((attempt) => outcomeOf(stateOf(attempt), ACCEPTED));
  const { recorded, left, taken } = await recordAndTake(spec.database, outcomes, 0, 'worker-1');
  expect(left).toEqual([outcomes[0]]);
  expect(recorded.map(({ outcome }) => outcome)).toEqual([outcomes[1]]);
  expect(taken).toEqual([]);
});

it('a late success, which cancels a retry, is left: the retry may be among what is taken', async () => {
  const lost = await started(spec);
  await record(spec.database, lost, UNCERTAIN);
  await spec.rows(`update attempts set scheduled_at = date_trunc('milliseconds', now()) where status = 'scheduled'`);
  await claimAll(spec.database);
  const late = outcomeOf({ ...stateOf(lost), late: true, revision: lost.revision + 1 }, ACCEPTED);
  const { recorded, left, taken } = await recordAndTake(spec.database, [late], 10, 'worker-1');
  expect({ recorded, left, taken: taken.map(({ number }) => number) }).toEqual({ recorded: [], left: [late], taken: [2] });
});
