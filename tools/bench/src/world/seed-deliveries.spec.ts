import { testDatabase } from '@mail/testing';
import type { TestDatabase } from '@mail/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finishQueued, seedDeliveries } from './seed-deliveries.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

const quiet = (): void => undefined;

/** Deliveries by what they and their attempts are. */
async function states(): Promise<unknown[]> {
  const { rows } = await database.client.query(
    `select d.status, d.priority, a.status as attempt, r.outcome, count(*)::int as n
    from deliveries d join attempts a using (delivery_id) join delivery_recipients r using (delivery_id) join delivery_payloads using (delivery_id)
      join idempotency_keys k using (delivery_id)
    group by 1, 2, 3, 4 order by 1, 2`,
  );
  return rows;
}

describe('seeded deliveries', () => {
  it('are a backlog in the bulk lane, or have ended, as the service would have left them', async () => {
    await seedDeliveries(database.dsn, 30, { as: 'finished', progress: quiet });
    expect(await states()).toEqual([{ status: 'sent', priority: 'normal', attempt: 'ended', outcome: 'accepted', n: 30 }]);
    await database.client.query('truncate deliveries cascade');
    await database.client.query('truncate idempotency_keys');
    await seedDeliveries(database.dsn, 20, { as: 'backlog', progress: quiet });
    expect(await states()).toEqual([{ status: 'queued', priority: 'bulk', attempt: 'scheduled', outcome: 'pending', n: 20 }]);
  });

  it('leave nothing to do once they are finished', async () => {
    await seedDeliveries(database.dsn, 20, { as: 'backlog', progress: quiet });
    await finishQueued(database.dsn);
    expect(await states()).toEqual([{ status: 'sent', priority: 'bulk', attempt: 'ended', outcome: 'accepted', n: 20 }]);
  });
});
