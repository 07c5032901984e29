import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { askOperator, type OperatorAnswer } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { PATIENT } from './patient.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

let sink: SmtpSink;
let system: MailSystem;
beforeAll(async () => {
  let refusing = true;
  sink = await startSmtpSink({ final: () => (refusing ? '554 5.7.1 no' : null) });
  system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker'], { sink, env: PATIENT });
  for (const source of ['shop', 'game']) {
    for (let n = 0; n < 3; n += 1) {
      await system.post('deliveries', `${source}-${n}`, {
        source,
        to: [`${source}-${n}@example.com`],
        content: { mode: 'rendered', subject: 'Hello', text: 'Hi' },
        tags: { shard: String(n) },
      });
    }
  }
  await eventually('all are refused', async () => (await ids('failed')).length === 6);
  refusing = false;
}, 120_000);
afterAll(async () => {
  await system.stop();
  await sink.close();
});

const ids = async (status: string): Promise<string[]> => {
  const { rows } = await system.database.client.query<{ delivery_id: string }>('select delivery_id from deliveries where status = $1', [
    status,
  ]);
  return rows.map(({ delivery_id }) => delivery_id);
};
const make = (key: string | null, body: unknown, headers: Record<string, string> = {}): Promise<OperatorAnswer> =>
  askOperator(system, 'POST', 'resend-plans', { headers: { ...(key === null ? {} : { 'idempotency-key': key }), ...headers }, body });
const act = (id: string, what: string): Promise<OperatorAnswer> =>
  askOperator(system, 'POST', `resend-plans/${id}/${what}`, { headers: { 'x-operator': 'ada' } });
const show = async (id: string) => (await askOperator(system, 'GET', `resend-plans/${id}`)).body;
const until = (id: string, status: string) =>
  eventually(`the plan is ${status}`, async () => {
    const plan = await show(id);
    return plan['status'] === status && plan;
  });
const made = async (key: string, body: unknown): Promise<string> => {
  const id = String((await make(key, body)).body['plan_id']);
  await until(id, 'ready');
  return id;
};
const actions = async (id: string) => {
  const { rows } = await system.database.client.query<{ operator: string; action: string }>(
    `select operator, action from operator_actions where detail->>'plan_id' = $1 order by action_id`,
    [id],
  );
  return rows.map(({ operator, action }) => `${operator} ${action}`);
};

describe('a plan', () => {
  it('is made, frozen, started, and sends each once more', async () => {
    const answer = await make('whole', { source: 'shop', rate_per_second: 100 }, { 'x-operator': 'ada' });
    const id = String(answer.body['plan_id']);
    expect(answer).toMatchObject({ status: 202, body: { status: 'planning' } });
    expect(answer.headers.get('location')).toBe(`/api/v1/internal/resend-plans/${id}`);
    expect(await until(id, 'ready')).toEqual({
      plan_id: id,
      status: 'ready',
      end_reason: null,
      operator: 'ada',
      idempotency_key: 'whole',
      filter: { source: 'shop', status: ['failed', 'dead_letter'] },
      include_resent: false,
      rate_per_second: 100,
      expires_at: null,
      created_at: TIME,
      frozen_at: TIME,
      started_at: null,
      ended_at: null,
      eta_at: null,
      total: 3,
      resendable: 3,
      not_resendable: {},
      resent: 0,
      failed: 0,
      failed_by_reason: {},
      pending: 3,
      counts: {
        by_template: [{ template_id: null, count: 3 }],
        by_age: [{ age: 'up_to_1h', count: 3 }],
        by_last_outcome: [{ outcome: 'permanent_rejected', count: 3 }],
      },
    });
    expect(await act(id, 'start')).toMatchObject({ status: 200, body: { status: 'running', started_at: TIME, eta_at: TIME } });
    expect(await until(id, 'done')).toMatchObject({
      end_reason: 'all_tried',
      resent: 3,
      failed: 0,
      pending: 0,
      ended_at: TIME,
      eta_at: null,
    });
    await eventually('all are sent', async () => (await ids('sent')).length === 3);
    const received = sink.messages.slice(-3).map(({ recipients }) => recipients[0]);
    expect(received.sort()).toEqual(['shop-0@example.com', 'shop-1@example.com', 'shop-2@example.com']);
    expect(await actions(id)).toEqual(['ada create_resend_plan', 'ada start_resend_plan']);
    // Another plan of the same leaves out what this one has sent.
    expect(await until(await made('once-more', { source: 'shop' }), 'ready')).toMatchObject({
      total: 3,
      resendable: 0,
      not_resendable: { already_resent: 3 },
    });
  });

  it('is paused, goes on, and is cancelled; the same order twice changes nothing, and a wrong one is refused', async () => {
    const id = await made('ordered', { source: 'game', rate_per_second: 1 });
    expect(await act(id, 'pause')).toMatchObject({ status: 409, body: { code: 'not_pausable' } });
    expect(await act(id, 'start')).toMatchObject({ status: 200, body: { status: 'running' } });
    expect(await act(id, 'start')).toMatchObject({ status: 200, body: { status: 'running' } });
    expect(await act(id, 'pause')).toMatchObject({ status: 200, body: { status: 'paused', eta_at: null } });
    expect(await act(id, 'pause')).toMatchObject({ status: 200, body: { status: 'paused' } });
    expect(await act(id, 'start')).toMatchObject({ status: 200, body: { status: 'running' } });
    expect(await act(id, 'cancel')).toMatchObject({ status: 200, body: { status: 'cancelled', end_reason: 'cancelled_by_operator' } });
    expect(await act(id, 'cancel')).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await act(id, 'start')).toMatchObject({ status: 409, body: { code: 'not_startable' } });
    expect(await actions(id)).toEqual([
      'unknown create_resend_plan',
      ...['start', 'pause', 'start', 'cancel'].map((what) => `ada ${what}_resend_plan`),
    ]);
    const done = await made('none', { status: 'cancelled' });
    await act(done, 'start');
    await until(done, 'done');
    expect(await act(done, 'cancel')).toMatchObject({ status: 409, body: { code: 'not_cancellable' } });
  });

  it('is one for one key, however often and at once it is asked for; another under that key is a conflict', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => make('parallel', { source: 'game' })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map(({ body }) => body['plan_id'])).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await make('parallel', { source: 'shop' })).toMatchObject({ status: 422, body: { code: 'idempotency_conflict' } });
    expect(await actions(String(answers[0]?.body['plan_id']))).toEqual(['unknown create_resend_plan']);
  });

  it('is listed, newest first, a page at a time', async () => {
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const { status, body } = await askOperator(system, 'GET', `resend-plans?limit=2${cursor}`);
      expect(status).toBe(200);
      const items = body['items'] as Record<string, unknown>[];
      seen.push(...items.map(({ plan_id }) => plan_id));
      if (items[0] !== undefined) expect(items[0]).toEqual({ ...(await show(String(items[0]['plan_id']))), eta_at: null });
      if (body['next_cursor'] === null) break;
      cursor = `&cursor=${String(body['next_cursor'])}`;
    }
    const { rows } = await system.database.client.query<{ plan_id: string }>(
      'select plan_id from resend_plans order by created_at desc, plan_id desc',
    );
    expect(rows.length).toBeGreaterThan(3);
    expect(seen).toEqual(rows.map(({ plan_id }) => plan_id));
  });
});

describe('a request is refused', () => {
  test.each([
    ['no filter', {}, ''],
    ['what has not ended', { status: 'queued' }, '/status'],
    ['filters that no index serves together', { source: 'shop', template_id: 'a.b' }, '/template_id'],
    ['a rate out of bounds', { status: 'failed', rate_per_second: 0 }, '/rate_per_second'],
    ['an expiry that has passed', { status: 'failed', expires_at: '2020-01-01T00:00:00Z' }, '/expires_at'],
    ['an unknown property', { status: 'failed', colour: 'red' }, '/colour'],
  ])('with %s', async (what, body, pointer) => {
    expect(await make(what.replaceAll(' ', '-'), body)).toMatchObject({
      status: 400,
      type: 'application/problem+json; charset=utf-8',
      body: { code: 'validation_failed', errors: [{ pointer }] },
    });
  });

  it('without a key, or a body', async () => {
    expect(await make(null, { status: 'failed' })).toMatchObject({ status: 400, body: { code: 'missing_idempotency_key' } });
    expect(await make('k', undefined)).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  });

  test.each([NOBODY, 'nonsense'])('for a plan that is not there: %s', async (id) => {
    expect(await askOperator(system, 'GET', `resend-plans/${id}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await act(id, 'start')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

it('neither a plan nor an order is there without the record of who asked for it', async () => {
  const id = await made('recorded', { source: 'game' });
  const intake = system.processes.get('intake-api');
  intake?.kill('SIGTERM');
  await intake?.exited;
  await system.start('intake-api', { MAIL_FAILPOINTS: 'record_operator_action.before@1=error,record_operator_action.before@2=error' });
  expect(await act(id, 'start')).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  expect(await show(id)).toMatchObject({ status: 'ready' });
  expect(await make('unrecorded', { source: 'game' })).toMatchObject({ status: 503 });
  const { rows } = await system.database.client.query(`select from resend_plans where idempotency_key = 'unrecorded'`);
  expect(rows).toEqual([]);
});
