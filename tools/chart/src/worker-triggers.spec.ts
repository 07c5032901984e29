import { testDatabase, type TestDatabase } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findHelm } from './find-helm.ts';
import { CHART, render, valueSets } from './render.ts';

// Helm is a process of its own each time: on a busy machine it may be slow.
vi.setConfig({ testTimeout: 120_000 });

interface Trigger {
  readonly name: string;
  readonly metadata: { readonly query: string };
}

let database: TestDatabase;
let triggers: readonly Trigger[];
beforeAll(async () => {
  database = await testDatabase();
  const rendering = render(findHelm(), CHART, ['--values', valueSets().get('full') ?? '']);
  if ('fault' in rendering) throw new Error(rendering.fault);
  const scaled = rendering.manifests.find(({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === 'rel-attempt-worker');
  ({ triggers } = scaled?.['spec'] as { triggers: readonly Trigger[] });
}, 240_000);
afterAll(() => database.drop());

/** What KEDA would read: one number. */
async function read(name: string): Promise<number> {
  const query = triggers.find((trigger) => trigger.name === name)?.metadata.query ?? '';
  const { rows } = await database.client.query<Record<string, unknown>>(query);
  expect(rows).toHaveLength(1);
  expect(Object.values(rows[0] ?? {})).toHaveLength(1);
  return Number(Object.values(rows[0] ?? {})[0]);
}

/** `count` attempts, each of a delivery of its own, due for `seconds` by now (less than nothing: not yet). */
const attempts = (count: number, seconds: number, status: 'scheduled' | 'claimed', lane: number) =>
  database.client.query(
    `with d as (
      insert into deliveries (delivery_id, source, idempotency_key, status, priority, message_id, from_email, created_at, on_uncertain)
      select gen_random_uuid(), 's', gen_random_uuid(), 'queued', 'normal', 'm', 'a@example.com', now(), 'retry' from generate_series(1, $1)
      returning delivery_id
    )
    insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at, claimed_at)
    select gen_random_uuid(), delivery_id, 1, $4, $3, now() - $2 * interval '1 second', case when $3 = 'claimed' then now() end from d`,
    [count, seconds, status, lane],
  );

describe('what workers are scaled by', () => {
  it('is nothing while nothing is due', async () => {
    await attempts(3, -60, 'scheduled', 1);
    expect(await read('oldest-due-seconds')).toBe(0);
    expect(await read('due-attempts')).toBe(0);
  });

  it('is the number of what is due in every lane, claimed or not, and the age of the oldest', async () => {
    await attempts(5, 10, 'scheduled', 0);
    await attempts(7, 90, 'claimed', 2);
    expect(await read('due-attempts')).toBe(12);
    const age = await read('oldest-due-seconds');
    expect(age).toBeGreaterThanOrEqual(90);
    expect(age).toBeLessThan(600);
  });

  it.each(['oldest-due-seconds', 'due-attempts'])('%s is read from the indexes of what waits', async (name) => {
    await database.client.query('set enable_seqscan = off');
    const query = triggers.find((trigger) => trigger.name === name)?.metadata.query ?? '';
    const { rows } = await database.client.query<Record<string, string>>(`explain ${query}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('attempts_due_idx');
    expect(plan).toContain('attempts_claimed_idx');
  });
});
