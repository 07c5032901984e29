import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { claimAll, started } from '../testing/attempts.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { readLaneDepths } from './statements/read-stats.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const HOUR_MS = 3_600_000;
const depth = async () => (await readLaneDepths(spec.database)).find(({ lane }) => lane === 1);
const age = () => spec.row(`update attempts set scheduled_at = scheduled_at - interval '1 hour' returning 1 as aged`);

it('what is claimed, and no worker takes, is as old as what is due: workers that are all gone are seen', async () => {
  await spec.accepted();
  await claimAll(spec.database);
  await age();
  const claimed = await depth();
  expect(claimed).toMatchObject({ due: { count: 0 }, claimed: { count: 1 }, oldest_due_at: null, oldest_due_age_ms: 0 });
  expect(claimed?.oldest_unstarted_age_ms).toBeGreaterThanOrEqual(HOUR_MS);
});

it('what is due, and not claimed, is as old by both', async () => {
  await spec.accepted();
  await age();
  const due = await depth();
  expect(due?.oldest_due_age_ms).toBeGreaterThanOrEqual(HOUR_MS);
  expect(due?.oldest_unstarted_age_ms).toBe(due?.oldest_due_age_ms);
});

it('what a worker has started, however long ago it was due, waits for none', async () => {
  await started(spec);
  await age();
  expect(await depth()).toMatchObject({ in_progress: { count: 1 }, oldest_unstarted_age_ms: 0 });
});

it('what is scheduled for later has no age', async () => {
  await spec.accepted();
  await spec.row(`update attempts set scheduled_at = scheduled_at + interval '1 hour' returning 1 as later`);
  expect(await depth()).toMatchObject({ due: { count: 0 }, later: { count: 1 }, oldest_unstarted_age_ms: 0 });
});
