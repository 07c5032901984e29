import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCEPTED, claimAll, record, retaken, started } from '../testing/attempts.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { giveBackUnstarted } from './statements/give-back-unstarted.js';
import { takeAttempts } from './statements/take-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const statuses = () =>
  spec.rows<{ attempt_id: string; status: string }>(
    'select attempt_id, status, number, worker_id, token, started_at, claimed_at from attempts',
  );

const giveBack = (known: readonly string[], faults: string[] = []) =>
  giveBackUnstarted(spec.database, 'worker-1', known, (attemptId) => void faults.push(attemptId));

describe('what a worker was bound to without knowing it', () => {
  it('is scheduled again: unbound, with no attempt burnt, and due at once', async () => {
    const { attempt_id, delivery_id } = await started(spec);
    expect(await giveBack([])).toEqual([attempt_id]);
    expect(await statuses()).toEqual([
      { attempt_id, status: 'scheduled', number: 1, worker_id: null, token: null, started_at: null, claimed_at: null },
    ]);
    expect(await retaken(spec, delivery_id)).toMatchObject({ attempt_id, number: 1 });
  });

  it('can no longer be settled by the token of the lost take', async () => {
    const lost = await started(spec);
    await giveBack([]);
    expect(await record(spec.database, lost, ACCEPTED)).toBeNull();
    const again = await retaken(spec, lost.delivery_id);
    expect(await record(spec.database, lost, ACCEPTED)).toBeNull();
    expect(await record(spec.database, again, ACCEPTED)).toMatchObject({ next: { kind: 'end', status: 'sent' } });
  });
});

describe('left alone is', () => {
  it('what the worker knows of', async () => {
    const { attempt_id } = await started(spec);
    expect(await giveBack([attempt_id])).toEqual([]);
  });

  it('what another worker has', async () => {
    await spec.accepted();
    await claimAll(spec.database);
    await takeAttempts(spec.database, 10, 'worker-2');
    expect(await giveBack([])).toEqual([]);
    expect(await statuses()).toMatchObject([{ status: 'in_progress', worker_id: 'worker-2' }]);
  });

  it('what has ended', async () => {
    await record(spec.database, await started(spec), ACCEPTED);
    expect(await giveBack([])).toEqual([]);
  });

  it('what somebody is settling at this moment', async () => {
    const { attempt_id } = await started(spec);
    const other = await spec.another();
    await other.transaction(async (client) => {
      await client.query({ name: 'settling', text: 'select 1 from attempts where attempt_id = $1 for update', values: [attempt_id] });
      expect(await giveBack([])).toEqual([]);
    });
  });
});

it('one that cannot be given back keeps none of the others, and is told of', async () => {
  const attempts = [await started(spec), await started(spec), await started(spec)];
  const [bad = ''] = attempts.map(({ attempt_id }) => attempt_id);
  await spec.rows(`create function refuse_bad() returns trigger language plpgsql as $$
    begin if new.attempt_id = '${bad}' then raise exception 'bad' using errcode = 'check_violation'; end if; return new; end $$`);
  await spec.rows('create trigger refuse_bad before update on attempts for each row execute function refuse_bad()');
  const faults: string[] = [];
  expect(await giveBack([], faults)).toHaveLength(2);
  expect(faults).toEqual([bad]);
  await spec.rows('drop trigger refuse_bad on attempts');
});
