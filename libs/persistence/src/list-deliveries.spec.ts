import { DELIVERY_STATUSES, parseDeliveryFilter, type DeliveryFilter } from '@mail/domain';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { claimAll } from '../testing/attempts.js';
import { aDelivery, to } from '../testing/a-delivery.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import type { Page, Place } from './page.js';
import { isReadTimeout } from './read-only.js';
import { listDeliveries } from './statements/list-deliveries.js';
import { readDeliveries } from './statements/read-deliveries.js';
import { takeAttempts } from './statements/take-attempts.js';

const COUNT = 60;
const TEMPLATE = { templateId: 'game.turn_ready', locale: 'en', templateHash: 'h' };

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
  const made = Array.from({ length: COUNT }, (_, each) =>
    aDelivery({
      source: each % 2 === 0 ? 'shop' : 'game',
      idempotencyKey: each % 3 === 0 ? 'the-same' : `key-${each}`,
      scope: `scope-${each}`,
      ...(each % 4 === 0 ? TEMPLATE : {}),
      tags: each % 5 === 0 ? { tenant: 'big', shard: String(each) } : { tenant: 'small' },
      recipients: each % 6 === 0 ? to('all@x.example', 'all@x.example') : to(`a${each}@x.example`),
    }),
  );
  await spec.accept(...made);
  await claimAll(spec.database);
  await takeAttempts(spec.database, 5, 'worker-1');
  // A few of every end, and few times for many.
  await spec.rows('alter table deliveries disable trigger ends_are_final');
  await spec.rows(
    `update deliveries d set status = s.status, ended_at = now(), superseded_by = d.delivery_id, expires_at = now(),
      end_reason = ($1::jsonb)->>s.status
    from (select delivery_id, ($2::text[])[1 + (row_number() over (order by delivery_id))::int % 9] as status from deliveries) s
    where s.delivery_id = d.delivery_id and s.status <> 'queued'
      and not exists (select from attempts a where a.delivery_id = d.delivery_id and a.status = 'in_progress')`,
    [JSON.stringify(REASONS), DELIVERY_STATUSES],
  );
  const TIME = `date_trunc('second', now()) - (('x' || right(delivery_id::text, 1))::bit(4)::int / 3) * interval '1 minute'`;
  await spec.rows(`update deliveries set created_at = ${TIME}`);
  await spec.rows(`update delivery_recipients set created_at = ${TIME}`);
  await spec.rows(`update delivery_tags set created_at = ${TIME}`);
  await spec.rows('analyze');
});
afterAll(() => spec.drop());

const REASONS = {
  sent: 'provider_accepted',
  failed: 'render_failed',
  dead_letter: 'retry_schedule_used_up',
  uncertain: 'on_uncertain_hold',
  suppressed: 'stub_mode',
  cancelled: 'cancelled_by_operator',
  superseded: 'superseded',
  expired: 'expires_at_passed',
};

function filterOf(parameters: Record<string, unknown>): DeliveryFilter {
  const parsed = parseDeliveryFilter(parameters);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.filter;
}

async function walked(filter: DeliveryFilter, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: Place | null = null; ;) {
    const page: Page = { after, limit };
    const rows = await spec.database.read(20_000, (reader) => listDeliveries(reader, filter, page));
    ids.push(...rows.map(({ delivery_id }) => delivery_id));
    const last = rows.at(-1);
    if (last === undefined) return ids;
    after = { at: last.created_at, id: last.delivery_id };
  }
}

const IN_PROGRESS = `exists (select from attempts a where a.delivery_id = d.delivery_id and a.status = 'in_progress')`;
const ADDRESSED = `exists (select from delivery_recipients r where r.delivery_id = d.delivery_id and r.address = 'all@x.example')`;
const FILTERS: [parameters: Record<string, unknown>, where: string][] = [
  [{}, 'true'],
  [{ status: 'sent' }, `status = 'sent'`],
  [{ status: ['failed', 'dead_letter', 'queued'] }, `status in ('failed', 'dead_letter', 'queued')`],
  [{ source: 'shop' }, `source = 'shop'`],
  [{ source: 'shop', status: ['sent', 'queued'] }, `source = 'shop' and status in ('sent', 'queued')`],
  [{ template_id: 'game.turn_ready' }, `template_id = 'game.turn_ready'`],
  [{ template_id: 'game.turn_ready', status: 'queued' }, `template_id = 'game.turn_ready' and status = 'queued'`],
  [{ status: 'sending' }, IN_PROGRESS],
  [{ status: 'sending', source: 'shop' }, `${IN_PROGRESS} and source = 'shop'`],
  [{ recipient: 'all@x.example' }, ADDRESSED],
  [{ 'tag.tenant': 'big' }, `tags->>'tenant' = 'big'`],
  [{ idempotency_key: 'the-same' }, `idempotency_key = 'the-same'`],
  [{ idempotency_key: 'the-same', status: ['sending', 'sent'] }, `idempotency_key = 'the-same' and (status = 'sent' or ${IN_PROGRESS})`],
  [
    { idempotency_key: 'the-same', source: 'shop', template_id: 'game.turn_ready', recipient: 'all@x.example', 'tag.tenant': 'big' },
    `idempotency_key = 'the-same' and source = 'shop' and template_id = 'game.turn_ready' and ${ADDRESSED} and tags->>'tenant' = 'big'`,
  ],
];

describe('a list has every delivery of its filter, once, newest first and then by id, whatever the size of its pages', () => {
  test.each(FILTERS)('%j', async (parameters, where) => {
    const rows = await spec.rows<{ delivery_id: string; created_at: Date }>(
      `select delivery_id, created_at from deliveries d where ${where} order by created_at desc, delivery_id desc`,
    );
    const expected = rows.map(({ delivery_id }) => delivery_id);
    expect(expected.length).toBeGreaterThan(0);
    expect(await walked(filterOf(parameters), 3)).toEqual(expected);
    expect(await walked(filterOf(parameters), 200)).toEqual(expected);

    const [from, before] = [rows.at(-1)?.created_at, rows.at(0)?.created_at];
    const within = rows.filter(({ created_at }) => from && before && created_at >= from && created_at < before);
    if (from === undefined || before === undefined || from >= before) return;
    const period = { created_from: from.toISOString(), created_to: before.toISOString() };
    expect(await walked(filterOf({ ...parameters, ...period }), 3)).toEqual(within.map(({ delivery_id }) => delivery_id));
  });
});

describe('whole deliveries are read', () => {
  it('in the order that was asked for, with their recipients and attempts in theirs; one that is gone is left out', async () => {
    const ids = (await walked(filterOf({ recipient: 'all@x.example' }), 200)).slice(0, 3).toReversed();
    const found = await readDeliveries(spec.database, [...ids, '019b7a5e-0000-7000-8000-000000000001']);
    expect(found.map(({ delivery_id }) => delivery_id)).toEqual(ids);
    expect(found.map(({ recipients, attempts }) => [recipients.map(({ position }) => position), attempts.length])).toEqual(
      ids.map(() => [[0, 1], 1]),
    );
  });
});

describe('a read of an operator', () => {
  it('is ended by the database once its time has passed, and said to be so', async () => {
    const slow = spec.database.read(50, (reader) => reader.query({ name: 'slow', text: 'select pg_sleep(20)', values: [] }));
    await expect(slow).rejects.toSatisfy(isReadTimeout);
    const another = spec.database.read(0, (reader) => reader.query({ name: 'one', text: 'select 1', values: [] }));
    await expect(another).rejects.toSatisfy(isReadTimeout);
    expect(
      await spec.rows(`select from pg_stat_activity where query like '%pg_sleep(20)%' and state = 'active' and pid <> pg_backend_pid()`),
    ).toEqual([]);
  });

  it('writes nothing', async () => {
    const write = spec.database.read(20_000, (reader) => reader.query({ name: 'write', text: 'delete from deliveries', values: [] }));
    await expect(write).rejects.toMatchObject({ code: '25006' });
  });
});
