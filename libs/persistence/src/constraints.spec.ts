import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { ACCEPTED, claimAll, record, started } from '../testing/attempts.js';
import { ILLEGAL_ROWS, set } from '../testing/illegal-rows.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(() => spec.empty());
afterAll(() => spec.drop());

/** What a refused statement is refused for: the constraint's name, or else the message. */
async function refusedFor(sql: string): Promise<string> {
  try {
    await spec.rows(sql);
  } catch (error) {
    const { constraint, message } = error as { constraint?: string; message: string };
    return constraint ?? message;
  }
  return 'not refused';
}

describe('the database refuses', () => {
  test.each(ILLEGAL_ROWS)('%s: %s', async (constraint, _, sql) => {
    await spec.accepted();
    expect(await refusedFor(sql)).toBe(constraint);
  });

  it('every check, key and unique index of the schema is tried', async () => {
    const rules = await spec.rows<{ name: string }>(
      `select conname as name from pg_constraint where contype in ('c', 'p', 'u', 'f') and connamespace = 'public'::regnamespace and conrelid <> 'migrations'::regclass
      union select c.relname from pg_index x join pg_class c on c.oid = x.indexrelid
        where x.indisunique and c.relnamespace = 'public'::regnamespace and x.indrelid <> 'migrations'::regclass
      order by name`,
    );
    const tried = new Set(ILLEGAL_ROWS.map(([constraint]) => constraint));
    expect(rules.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it('no trigger is there but the one that is tried below', async () => {
    expect(await spec.rows(`select tgname from pg_trigger where not tgisinternal`)).toEqual([{ tgname: 'ends_are_final' }]);
  });
});

describe('a delivery’s end is final', () => {
  const REASONS: Record<string, string> = {
    sent: 'provider_accepted',
    failed: 'render_failed',
    dead_letter: 'retry_schedule_used_up',
    uncertain: 'on_uncertain_hold',
    suppressed: 'stub_mode',
    cancelled: 'cancelled_by_operator',
    superseded: 'superseded',
    expired: 'expires_at_passed',
  };
  const ends = Object.keys(REASONS);
  const statuses = ['queued', ...ends];
  const moves = ends.flatMap((from) => statuses.filter((to) => to !== from).map((to) => [from, to] as const));

  test.each(moves)('from %s to %s', async (from, to) => {
    const taken = await started(spec);
    await record(spec.database, taken, ACCEPTED);
    await spec.rows('alter table deliveries disable trigger ends_are_final');
    await spec.rows(`update deliveries set status = $1, end_reason = $2, superseded_by = delivery_id, expires_at = now()`, [
      from,
      REASONS[from],
    ]);
    await spec.rows('alter table deliveries enable trigger ends_are_final');
    const move =
      to === 'queued' ? `status = 'queued', ended_at = null, end_reason = null` : `status = '${to}', end_reason = '${REASONS[to]}'`;
    expect(await refusedFor(set(move))).toBe(from === 'uncertain' && to === 'sent' ? 'not refused' : 'ends_are_final');
  });

  it('but what it is resent for, or tagged with, may change', async () => {
    const taken = await started(spec);
    await record(spec.database, taken, ACCEPTED);
    expect(await refusedFor(set(`tags = '{"a":"b"}', status = status`))).toBe('not refused');
  });
});

it('a delivery takes everything that belongs to it along, but its key', async () => {
  await started(spec);
  await spec.accepted();
  await claimAll(spec.database);
  await spec.rows('delete from deliveries');
  expect(
    await spec.row(`select (select count(*)::int from delivery_recipients) as recipients, (select count(*)::int from delivery_payloads) as payloads,
      (select count(*)::int from attempts) as attempts, (select count(*)::int from idempotency_keys) as keys`),
  ).toEqual({ recipients: 0, payloads: 0, attempts: 0, keys: 2 });
});
