import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACCEPTED, PUT_OFF, record, retaken, smtpSaid, started } from '../testing/attempts.js';
import { to, WITH_SECRET } from '../testing/a-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { readDelivery } from './entities/read-delivery.js';
import { readResendableDelivery } from './statements/read-resendable.js';
import { recordOperatorAction } from './statements/record-operator-action.js';

const NOBODY = '019b7a5e-0000-7000-8000-000000000001';

let spec: SpecDatabase;
let source: DataSource;
beforeAll(async () => {
  spec = await specDatabase();
  ({ dataSource: source } = await spec.withEntities());
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

describe('a delivery is read', () => {
  it('with its recipients and attempts, in their order', async () => {
    const taken = await started(spec, { recipients: to('a@x.example', 'b@x.example') });
    await record(spec.database, taken, smtpSaid('provider_accepted', 'accepted', 'transient'));
    const second = await retaken(spec, taken.delivery_id);
    // Moves the first row to the end of the table, where an unordered read would find it last.
    await spec.rows(`update attempts set error = 'moved' where number = 1`);
    await spec.rows(`update delivery_recipients set kind = 'cc' where position = 0`);
    expect(await readDelivery(source, taken.delivery_id)).toMatchObject({
      delivery_id: taken.delivery_id,
      status: 'queued',
      tags: {},
      created_at: taken.created_at,
      recipients: [
        { position: 0, address: 'a@x.example', outcome: 'accepted', smtp_reply: '250 2.1.1 ok' },
        { position: 1, address: 'b@x.example', outcome: 'pending', smtp_reply: '450 4.1.1 later' },
      ],
      attempts: [
        { number: 1, status: 'ended', outcome: 'provider_accepted', worker_id: 'worker-1' },
        { number: 2, status: 'in_progress', outcome: null, started_at: second.started_at },
      ],
    });
  });

  it('without token, content or secrets', async () => {
    const taken = await started(spec, WITH_SECRET);
    const read = JSON.stringify(await readDelivery(source, taken.delivery_id));
    expect(read).not.toContain(taken.token);
    expect(read).not.toContain('123456');
  });

  it('as null where there is none', async () => {
    expect(await readDelivery(source, NOBODY)).toBeNull();
  });
});

describe('what a resend copies is read', () => {
  it('with all that it is refused for', async () => {
    const taken = await started(spec, { tags: { tenant: 't' }, recipients: to('a@x.example', 'b@x.example'), expiresInMs: 30_000 });
    await record(spec.database, taken, smtpSaid('provider_accepted', 'accepted', 'transient'));
    await spec.rows(`update deliveries set expires_at = now() - interval '1 ms'`);
    expect(await readResendableDelivery(spec.database, taken.delivery_id)).toMatchObject({
      delivery_id: taken.delivery_id,
      source: 'shop',
      status: 'expired',
      priority: 'normal',
      tags: { tenant: 't' },
      on_uncertain: 'retry',
      is_expired: true,
      content: taken.content,
      content_purged_at: null,
      recipients: [
        { address: 'a@x.example', kind: 'to', outcome: 'accepted' },
        { address: 'b@x.example', kind: 'to', outcome: 'abandoned' },
      ],
    });
  });

  it('says when its content is gone, and when it has no expiry', async () => {
    const taken = await started(spec, WITH_SECRET);
    expect(await readResendableDelivery(spec.database, taken.delivery_id)).toMatchObject({
      status: 'queued',
      is_expired: false,
      content_purged_at: null,
    });
    await record(spec.database, taken, ACCEPTED);
    expect(await readResendableDelivery(spec.database, taken.delivery_id)).toMatchObject({
      status: 'sent',
      content_purged_at: expect.any(Date),
    });
  });

  it('as null where there is none', async () => {
    expect(await readResendableDelivery(spec.database, NOBODY)).toBeNull();
  });
});

it('an operator’s action is one row of the audit trail', async () => {
  const taken = await started(spec);
  await record(spec.database, taken, PUT_OFF);
  await recordOperatorAction(spec.database, {
    actionId: NOBODY,
    operator: 'ada',
    action: 'resend',
    deliveryIds: [taken.delivery_id],
    detail: { note: 'asked for' },
  });
  expect(await spec.rows('select action_id, operator, action, delivery_ids, detail from operator_actions')).toEqual([
    { action_id: NOBODY, operator: 'ada', action: 'resend', delivery_ids: [taken.delivery_id], detail: { note: 'asked for' } },
  ]);
});
