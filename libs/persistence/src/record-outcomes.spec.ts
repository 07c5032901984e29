import type { NewDelivery, SettledResult } from '@mail/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { ACCEPTED, outcomeOf, PUT_OFF, record, REFUSED, retaken, smtpSaid, started, stateOf, UNCERTAIN } from '../testing/attempts.js';
import { to, WITH_SECRET } from '../testing/a-delivery.js';
import { seeDelivery } from '../testing/see-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { recordOutcomes } from './record-outcomes.js';
import type { TakenAttempt } from './statements/take-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

const NOTHING = { secret_variables: null, purged: true, secret_salt: null, secret_hash: null };
const secrets = (deliveryId: string) =>
  spec.row(
    `select p.secret_variables, p.content_purged_at is not null as purged, k.secret_salt, k.secret_hash
    from delivery_payloads p join idempotency_keys k using (delivery_id) where delivery_id = $1`,
    [deliveryId],
  );
const deadLetters = () => spec.rows('select delivery_id, reason, attempts, smtp_code, enhanced_code, smtp_reply, error from dead_letters');

describe('what an attempt came to is written: attempt, recipients, delivery and next attempt', () => {
  const ends: [string, SettledResult, Partial<NewDelivery>, string, string, string, string][] = [
    ['accepted', ACCEPTED, {}, 'sent', 'provider_accepted', 'provider_accepted', 'accepted'],
    ['refused', REFUSED, {}, 'failed', 'permanent_rejected', 'permanent_rejected', 'refused'],
    ['not to be rendered', smtpSaid('render_failed', 'untried'), {}, 'failed', 'render_failed', 'render_failed', 'abandoned'],
    ['uncertain, to be held', UNCERTAIN, { onUncertain: 'hold' }, 'uncertain', 'on_uncertain_hold', 'uncertain', 'uncertain'],
    ['put off past its expiry', PUT_OFF, { expiresInMs: 30_000 }, 'expired', 'expires_at_passed', 'transient_rejected', 'abandoned'],
  ];

  test.each(ends)('%s: the delivery ends, and its secrets are wiped', async (_, result, more, status, end_reason, outcome, recipient) => {
    const taken = await started(spec, { ...WITH_SECRET, ...more });
    await record(spec.database, taken, result);
    expect(await seeDelivery(spec, taken.delivery_id)).toEqual({
      status,
      end_reason,
      ended: true,
      attempts: [`ended ${outcome}`],
      recipients: [recipient],
    });
    expect(await secrets(taken.delivery_id)).toEqual(NOTHING);
    expect(await deadLetters()).toEqual([]);
  });

  const retries: [string, SettledResult, string, string][] = [
    ['put off', PUT_OFF, 'transient_rejected', 'pending'],
    ['no connection', smtpSaid('transport_failed', 'untried'), 'transport_failed', 'pending'],
    ['timed out', smtpSaid('timed_out', 'untried'), 'timed_out', 'pending'],
    ['uncertain', UNCERTAIN, 'uncertain', 'uncertain'],
  ];

  test.each(retries)('%s: the next attempt is scheduled, in its lane, and the secrets are kept', async (_, result, outcome, recipient) => {
    const taken = await started(spec, { ...WITH_SECRET, priority: 'high' });
    const settlement = await record(spec.database, taken, result);
    expect(settlement?.next).toEqual({ kind: 'retry', delayMs: 60_000, schedulePosition: 2, troubleSince: null });
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'queued',
      attempts: [`ended ${outcome}`, 'scheduled'],
      recipients: [recipient],
    });
    const next = await spec.row(
      `select n.number, n.lane, extract(epoch from n.scheduled_at - a.finished_at)::int as seconds
      from attempts a join attempts n on n.delivery_id = a.delivery_id and n.number = a.number + 1`,
    );
    expect(next).toEqual({ number: 2, lane: 0, seconds: 60 });
    expect(await secrets(taken.delivery_id)).toMatchObject({ secret_variables: { code: '123456' }, purged: false });
  });

  it('schedule used up: a dead letter, with the last reply', async () => {
    const first = await started(spec, WITH_SECRET);
    await record(spec.database, first, PUT_OFF);
    await record(spec.database, await retaken(spec, first.delivery_id), smtpSaid('timed_out', 'untried'));
    await record(spec.database, await retaken(spec, first.delivery_id), { ...PUT_OFF, error: 'said so' });
    expect(await seeDelivery(spec, first.delivery_id)).toEqual({
      status: 'dead_letter',
      end_reason: 'retry_schedule_used_up',
      ended: true,
      attempts: ['ended transient_rejected', 'ended timed_out', 'ended transient_rejected'],
      recipients: ['abandoned'],
    });
    expect(await deadLetters()).toEqual([
      {
        delivery_id: first.delivery_id,
        reason: 'retry_schedule_used_up',
        attempts: 3,
        smtp_code: 450,
        enhanced_code: '4.1.1',
        smtp_reply: '450 4.1.1 later',
        error: 'said so',
      },
    ]);
    expect(await secrets(first.delivery_id)).toEqual(NOTHING);
  });

  it('replies are kept whole, of the attempt and of each recipient', async () => {
    const taken = await started(spec, { recipients: to('a@x.example', 'b@x.example', 'c@x.example') });
    await record(spec.database, taken, smtpSaid('provider_accepted', 'accepted', 'permanent', 'transient'));
    expect(await spec.rows('select smtp_code, enhanced_code, smtp_reply from delivery_recipients order by position')).toEqual([
      { smtp_code: 250, enhanced_code: '2.1.1', smtp_reply: '250 2.1.1 ok' },
      { smtp_code: 550, enhanced_code: '5.1.1', smtp_reply: '550 5.1.1 no' },
      { smtp_code: 450, enhanced_code: '4.1.1', smtp_reply: '450 4.1.1 later' },
    ]);
    expect(
      await spec.row(
        'select phase, smtp_code, enhanced_code, smtp_reply, finished_at >= started_at as finished from attempts where number = 1',
      ),
    ).toEqual({
      phase: 'final',
      smtp_code: 250,
      enhanced_code: '2.1.1',
      smtp_reply: '250 2.1.1 ok',
      finished: true,
    });
  });

  it('a later attempt without a reply leaves the last one that a recipient had', async () => {
    const taken = await started(spec);
    await record(spec.database, taken, PUT_OFF);
    await record(spec.database, await retaken(spec, taken.delivery_id), smtpSaid('timed_out', 'untried'));
    expect(await spec.row('select smtp_reply from delivery_recipients')).toEqual({ smtp_reply: '450 4.1.1 later' });
  });
});

describe('only who holds the token writes', () => {
  it('a void token writes nothing, and is told so', async () => {
    const taken = await started(spec);
    const stranger = { ...taken, token: '019b7a5e-0000-7000-8000-000000000001' };
    expect(await record(spec.database, stranger, ACCEPTED)).toBeNull();
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      status: 'queued',
      attempts: ['in_progress'],
      recipients: ['pending'],
    });
    expect(await record(spec.database, taken, ACCEPTED)).not.toBeNull();
  });

  it('an outcome that was written is not written again', async () => {
    const taken = await started(spec);
    await record(spec.database, taken, PUT_OFF);
    expect(await record(spec.database, taken, ACCEPTED)).toBeNull();
    expect(await seeDelivery(spec, taken.delivery_id)).toMatchObject({
      attempts: ['ended transient_rejected', 'scheduled'],
      recipients: ['pending'],
    });
  });
});

describe('a batch', () => {
  it('writes each outcome, and a void one costs the others nothing', async () => {
    const [first, second, third] = [await started(spec), await started(spec), await started(spec)];
    const outcomes = [
      outcomeOf(stateOf(first), ACCEPTED),
      outcomeOf({ ...stateOf(second), token: '019b7a5e-0000-7000-8000-000000000001' }, ACCEPTED),
      outcomeOf(stateOf(third), PUT_OFF),
    ];
    const recorded = await recordOutcomes(spec.database, outcomes, { late: 'settle' });
    const next = new Map(recorded.map(({ outcome, settlement }) => [outcome.state.attemptId, settlement?.next.kind ?? null]));
    expect(outcomes.map(({ state }) => next.get(state.attemptId))).toEqual(['end', null, 'retry']);
  });

  it('of many, written twice at once, has each once', async () => {
    const attempts: TakenAttempt[] = [];
    for (let index = 0; index < 10; index += 1) attempts.push(await started(spec));
    const write = () =>
      recordOutcomes(
        spec.database,
        attempts.map((taken) => outcomeOf(stateOf(taken), ACCEPTED)),
        { late: 'settle' },
      );
    const both = (await Promise.all([write(), write()])).flat();
    expect(both.filter(({ settlement }) => settlement !== null)).toHaveLength(10);
    expect(both.filter(({ settlement }) => settlement === null)).toHaveLength(10);
  });
});

it('an outcome whose facts have moved on is settled anew', async () => {
  const taken = await started(spec, { supersedeKey: 'a' });
  const newer = await spec.accepted({ supersedeKey: 'a' });
  const seen: boolean[] = [];
  const outcome = outcomeOf(stateOf(taken), PUT_OFF);
  const [recorded] = await recordOutcomes(
    spec.database,
    [{ ...outcome, settle: (facts) => (seen.push(facts.superseded), outcome.settle(facts)) }],
    { late: 'settle' },
  );
  expect(seen).toEqual([false, true]);
  expect(recorded?.settlement?.next).toEqual({ kind: 'end', status: 'superseded', reason: 'superseded' });
  expect(await spec.row('select superseded_by from deliveries where delivery_id = $1', [taken.delivery_id])).toEqual({
    superseded_by: newer.deliveryId,
  });
});
