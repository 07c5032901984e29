import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimAll, PUT_OFF, record, started, retaken } from '../testing/attempts.js';
import { aDelivery, to, WITH_SECRET } from '../testing/a-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { takeAttempts } from './statements/take-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const take = (limit = 1000) => takeAttempts(spec.database, limit, 'worker-1');

describe('a take', () => {
  it('has no more than its limit, the most urgent lane first, in each the oldest, whatever the plan', async () => {
    const [bulk, normal, high, second] = [
      aDelivery({ priority: 'bulk' }),
      aDelivery(),
      aDelivery({ priority: 'high' }),
      aDelivery({ priority: 'high' }),
    ];
    for (const delivery of [bulk, normal, high, second]) await spec.accept(delivery);
    await spec.rows(`update attempts set scheduled_at = scheduled_at - interval '1 minute' where delivery_id = $1`, [second.deliveryId]);
    await claimAll(spec.database);
    const database = await spec.withoutIndexes();
    const takeThree = () => takeAttempts(database, 3, 'worker-1');
    expect((await takeThree()).map(({ delivery_id }) => delivery_id)).toEqual([second.deliveryId, high.deliveryId, normal.deliveryId]);
    expect((await takeThree()).map(({ delivery_id }) => delivery_id)).toEqual([bulk.deliveryId]);
    expect(await takeThree()).toEqual([]);
  });

  it('binds and starts the attempt: in progress, with the worker and a token of its own', async () => {
    await spec.accept(aDelivery(), aDelivery());
    await claimAll(spec.database);
    const taken = await take();
    expect(await spec.rows('select attempt_id, status, worker_id, token, started_at from attempts order by attempt_id')).toEqual(
      [...taken]
        .sort((a, b) => (a.attempt_id < b.attempt_id ? -1 : 1))
        .map(({ attempt_id, token, started_at }) => ({ attempt_id, status: 'in_progress', worker_id: 'worker-1', token, started_at })),
    );
    expect(new Set(taken.map(({ token }) => token)).size).toBe(2);
  });

  it('brings all that rendering and sending need, secrets too', async () => {
    const given = aDelivery({
      ...WITH_SECRET,
      recipients: to('a@x.example', 'b@x.example'),
      onUncertain: 'hold',
      traceparent: '00-a',
      tracestate: 'b=c',
      expiresAt: '2100-01-01T00:00:00.000Z',
    });
    await spec.accept(given);
    await claimAll(spec.database);
    expect(await take()).toMatchObject([
      {
        attempt_id: given.attemptId,
        delivery_id: given.deliveryId,
        number: 1,
        lane: 1,
        revision: 0,
        superseded: false,
        source: given.source,
        template_id: given.templateId,
        locale: given.locale,
        template_hash: given.templateHash,
        message_id: given.messageId,
        from_email: given.from.email,
        from_name: given.from.name,
        on_uncertain: 'hold',
        expires_at: new Date('2100-01-01T00:00:00.000Z'),
        created_at: expect.any(Date),
        traceparent: '00-a',
        tracestate: 'b=c',
        content: given.content,
        secret_variables: { code: '123456' },
        recipients: given.recipients.map((recipient) => ({ ...recipient, outcome: 'pending' })),
      },
    ]);
  });

  it('brings what became of the recipients in earlier attempts', async () => {
    const taken = await started(spec, { recipients: to('a@x.example', 'b@x.example') });
    await record(spec.database, taken, {
      ...PUT_OFF,
      outcome: 'provider_accepted',
      recipients: [{ position: 0, answer: 'accepted', reply: null }],
    });
    const again = await retaken(spec, taken.delivery_id);
    expect(again).toMatchObject({ number: 2, revision: 1, message_id: taken.message_id, created_at: taken.created_at });
    expect(again.recipients.map(({ outcome }) => outcome)).toEqual(['accepted', 'pending']);
    expect(again.token).not.toBe(taken.token);
  });
});

describe('a take leaves', () => {
  it('what is past its expiry, and does not let it hide the rest', async () => {
    await spec.accept(aDelivery({ priority: 'high', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }), aDelivery());
    await claimAll(spec.database);
    await spec.rows(`update deliveries set expires_at = now() - interval '1 ms' where expires_at is not null`);
    expect(await take(1)).toMatchObject([{ lane: 1 }]);
    expect(await spec.rows(`select lane, status from attempts order by lane`)).toEqual([
      { lane: 0, status: 'claimed' },
      { lane: 1, status: 'in_progress' },
    ]);
  });

  it('what is not claimed', async () => {
    await spec.accepted();
    expect(await take()).toEqual([]);
  });

  it('what another is taking: each attempt goes to one worker', async () => {
    await spec.accept(...[...Array(100).keys()].map(() => aDelivery()));
    await claimAll(spec.database);
    const other = await spec.another();
    const takes = await Promise.all(
      [...Array(10).keys()].map((index) => takeAttempts(index % 2 === 0 ? spec.database : other, 20, `worker-${index}`)),
    );
    const ids = takes.flat().map(({ attempt_id }) => attempt_id);
    const rest = (await take()).map(({ attempt_id }) => attempt_id);
    expect(new Set([...ids, ...rest]).size).toBe(100);
    expect([...ids, ...rest]).toHaveLength(100);
  });
});
