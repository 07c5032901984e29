import type { NewDelivery } from '@mail/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { aDelivery, to, WITH_SECRET } from '../testing/a-delivery.js';
import { candidate, specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { acceptCandidates } from './accept-candidates.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const SECOND = 1000;
const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();
const delivery = (): Promise<Record<string, unknown>> => spec.row('select * from deliveries');
const attempts = (): Promise<Record<string, unknown>[]> => spec.rows('select * from attempts');
const secrets = (): Promise<Record<string, unknown>> =>
  spec.row(`select p.secret_variables as variables, p.content_purged_at is not null as purged, k.secret_salt as salt, k.secret_hash as hash
    from delivery_payloads p join idempotency_keys k using (delivery_id)`);

describe('a delivery that is accepted', () => {
  it('is queued, with one attempt that is due at once', async () => {
    const given = await spec.accepted({ priority: 'high' });
    expect(await delivery()).toMatchObject({
      delivery_id: given.deliveryId,
      status: 'queued',
      end_reason: null,
      ended_at: null,
      revision: 0,
    });
    expect(await attempts()).toMatchObject([{ attempt_id: given.attemptId, number: 1, lane: 0, status: 'scheduled', token: null }]);
    expect(
      await spec.row(
        'select scheduled_at <= now() as due, scheduled_at = created_at as at_once from attempts join deliveries using (delivery_id)',
      ),
    ).toEqual({
      due: true,
      at_once: true,
    });
  });

  it('is stored as it was prepared', async () => {
    const given = aDelivery({
      ...WITH_SECRET,
      tags: { tenant: 'ü "quoted" \\ {}' },
      recipients: [...to('a@x.example', "o'hara@x.example"), { position: 2, address: 'c@x.example', kind: 'bcc' }],
      supersedeKey: 'a@x.example',
      onUncertain: 'hold',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'a=b',
      resendOf: '019b7a5e-0000-7000-8000-000000000001',
      scope: 'resend:019b7a5e-0000-7000-8000-000000000001',
    });
    await spec.accept(given);
    expect(await delivery()).toMatchObject({
      source: given.source,
      idempotency_key: given.idempotencyKey,
      priority: given.priority,
      template_id: given.templateId,
      locale: given.locale,
      template_hash: given.templateHash,
      tags: given.tags,
      message_id: given.messageId,
      from_email: given.from.email,
      from_name: given.from.name,
      supersede_key: given.supersedeKey,
      on_uncertain: given.onUncertain,
      traceparent: given.traceparent,
      tracestate: given.tracestate,
      resend_of: given.resendOf,
    });
    expect(await spec.rows('select position, address, kind, outcome from delivery_recipients order by position')).toEqual(
      given.recipients.map((recipient) => ({ ...recipient, outcome: 'pending' })),
    );
    expect(await spec.row('select content from delivery_payloads')).toEqual({ content: given.content });
    expect(await spec.row('select scope, secret_names from idempotency_keys')).toEqual({ scope: given.scope, secret_names: ['code'] });
    expect(await secrets()).toEqual({ variables: { code: '123456' }, purged: false, salt: given.secretSalt, hash: given.secretHash });
  });

  it('waits until its deliver_at', async () => {
    const deliverAt = fromNow(3600 * SECOND);
    await spec.accepted({ deliverAt });
    expect(await attempts()).toMatchObject([{ scheduled_at: new Date(deliverAt) }]);
    expect(await delivery()).toMatchObject({ deliver_at: new Date(deliverAt) });
  });

  it('is due at once where its deliver_at has passed', async () => {
    await spec.accepted({ deliverAt: fromNow(-3600 * SECOND) });
    expect(await spec.row('select scheduled_at = created_at as at_once from attempts join deliveries using (delivery_id)')).toEqual({
      at_once: true,
    });
  });

  it('expires so long after its acceptance as the service says, where the command names no time', async () => {
    await spec.accepted({ expiresInMs: 900 * SECOND });
    expect(await spec.row('select extract(epoch from expires_at - created_at)::int as seconds, status from deliveries')).toEqual({
      seconds: 900,
      status: 'queued',
    });
  });
});

describe('a delivery that ends at its acceptance', () => {
  const ends: [string, Partial<NewDelivery>, string, string, string][] = [
    ['suppressed in stub mode', { suppressed: true }, 'suppressed', 'stub_mode', 'suppressed'],
    ['past its expiry', { expiresAt: fromNow(-SECOND) }, 'expired', 'expires_at_passed', 'abandoned'],
    ['suppressed and past its expiry', { suppressed: true, expiresAt: fromNow(-SECOND) }, 'suppressed', 'stub_mode', 'suppressed'],
  ];

  test.each(ends)('%s: says so, has an end, no attempt and no secret', async (_, more, status, reason, recipient) => {
    const [answer] = await spec.accept(aDelivery({ ...WITH_SECRET, ...more }));
    expect(answer).toMatchObject({ kind: 'accepted', outcome: status, replayed: false });
    expect(await delivery()).toMatchObject({ status, end_reason: reason });
    expect(await spec.row('select ended_at = created_at as at_once from deliveries')).toEqual({ at_once: true });
    expect(await attempts()).toEqual([]);
    expect(await spec.rows('select outcome from delivery_recipients')).toEqual([{ outcome: recipient }]);
    expect(await secrets()).toEqual({ variables: null, purged: true, salt: null, hash: null });
  });

  it('answers its replay as it was answered', async () => {
    const given = aDelivery({ suppressed: true });
    await spec.accept(given);
    expect(await spec.accept({ ...aDelivery(), idempotencyKey: given.idempotencyKey })).toMatchObject([
      { outcome: 'suppressed', replayed: true },
    ]);
  });

  it('keeps its content where there was no secret in it', async () => {
    await spec.accepted({ expiresAt: fromNow(-SECOND) });
    expect(await secrets()).toMatchObject({ purged: false });
  });
});

it('a batch is accepted whole: each with its own outcome', async () => {
  const answers = await spec.accept(
    aDelivery(),
    aDelivery({ suppressed: true }),
    aDelivery({ expiresAt: fromNow(-SECOND) }),
    aDelivery({ priority: 'bulk' }),
  );
  expect(answers).toMatchObject([
    { outcome: 'queued', lane: 1 },
    { outcome: 'suppressed' },
    { outcome: 'expired' },
    { outcome: 'queued', lane: 2 },
  ]);
});

it('nothing of a transaction that fails is kept', async () => {
  await expect(
    spec.database.transaction(async (transaction) => {
      await acceptCandidates(transaction, [candidate(aDelivery())], 1000);
      throw new Error('lost the lease');
    }),
  ).rejects.toThrow('lost the lease');
  expect(await spec.rows('select 1 from idempotency_keys union all select 1 from deliveries')).toEqual([]);
});
