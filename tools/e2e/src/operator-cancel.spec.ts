import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askOperator, type OperatorAnswer } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';
const FUTURE = '2999-01-01T00:00:00Z';
const command = { source: 'shop', to: ['a@example.com'], content: { mode: 'rendered', subject: 'Hello', text: 'Hi' } };

let system: MailSystem;
let ask: (path: string, headers?: Record<string, string>) => Promise<OperatorAnswer>;
beforeAll(async () => {
  system = await startMailSystem(['intake-api']);
  ask = (path, headers) => askOperator(system, 'POST', path, { headers });
}, 90_000);
afterAll(() => system.stop());

const accepted = async (key: string, more: object = {}): Promise<string> =>
  String((await system.post('deliveries', key, { ...command, ...more })).body['delivery_id']);

const actions = async (id: string) =>
  (await system.database.client.query('select operator, action, detail from operator_actions where $1 = any(delivery_ids)', [id])).rows;

describe('a cancellation', () => {
  it('ends a queued delivery, and is written down with who asked for it', async () => {
    const id = await accepted('queued', { deliver_at: FUTURE });
    expect(await ask(`deliveries/${id}/cancel`, { 'x-operator': 'ada' })).toMatchObject({
      status: 200,
      body: {
        delivery_id: id,
        status: 'cancelled',
        end_reason: 'cancelled_by_operator',
        ended_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      },
    });
    expect((await system.get(`deliveries/${id}`)).body).toMatchObject({ status: 'cancelled', next_attempt_at: null });
    expect(await actions(id)).toEqual([
      { operator: 'ada', action: 'cancel', detail: { status: 'cancelled', end_reason: 'cancelled_by_operator' } },
    ]);
  });

  it('of what has ended is refused, also when it was cancelled before, and leaves no record', async () => {
    const id = await accepted('twice', { deliver_at: FUTURE });
    await ask(`deliveries/${id}/cancel`);
    expect(await ask(`deliveries/${id}/cancel`)).toMatchObject({
      status: 409,
      type: 'application/problem+json; charset=utf-8',
      body: { code: 'not_cancellable' },
    });
    expect(await actions(id)).toHaveLength(1);
  });

  it.each([NOBODY, 'nonsense'])('of %s finds nothing', async (id) => {
    expect(await ask(`deliveries/${id}/cancel`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

it.each([
  ['a name', 'Ada Lovelace', 'Ada Lovelace'],
  ['128 characters', 'x'.repeat(128), 'x'.repeat(128)],
  ['129 characters', 'x'.repeat(129), 'unknown'],
  ['a tab', 'tab\there', 'unknown'],
  ['nobody', undefined, 'unknown'],
])('an operator who is %s is written down as such, or as unknown', async (what, given, written) => {
  const id = await accepted(`operator-${what.replaceAll(' ', '-')}`, { deliver_at: FUTURE });
  await ask(`deliveries/${id}/cancel`, given === undefined ? {} : { 'x-operator': given });
  expect(await actions(id)).toMatchObject([{ operator: written }]);
});

describe('what an operator asked for and the record of it are one transaction', () => {
  const restarted = async (failpoints: string): Promise<void> => {
    const intake = system.processes.get('intake-api');
    intake?.kill('SIGTERM');
    await intake?.exited;
    await system.start('intake-api', failpoints === '' ? {} : { MAIL_FAILPOINTS: failpoints });
  };
  afterAll(() => restarted(''));

  it('so that neither is there when the record cannot be written', async () => {
    const cancelled = await accepted('atomic-cancel', { deliver_at: FUTURE });
    const resent = await accepted('atomic-resend', { expires_at: '2020-01-01T00:00:00Z' });
    await restarted('record_operator_action.before@1=error,record_operator_action.before@2=error');
    expect(await ask(`deliveries/${cancelled}/cancel`)).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    const resend = (): Promise<OperatorAnswer> =>
      askOperator(system, 'POST', `deliveries/${resent}/resend`, { headers: { 'idempotency-key': 'k' }, body: { expires_at: FUTURE } });
    expect(await resend()).toMatchObject({ status: 503 });
    expect((await system.get(`deliveries/${cancelled}`)).body['status']).toBe('queued');
    expect((await system.database.client.query('select from deliveries where resend_of = $1', [resent])).rows).toEqual([]);

    expect(await ask(`deliveries/${cancelled}/cancel`)).toMatchObject({ status: 200 });
    expect(await resend()).toMatchObject({ status: 202 });
    expect(await actions(cancelled)).toMatchObject([{ action: 'cancel' }]);
    expect(await actions(resent)).toMatchObject([{ action: 'resend' }]);
  });
});
