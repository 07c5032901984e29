import { isDamagedError, isDatabaseUnavailable, isLockedError, isOverdueError } from '../classify-database-error.js';
import { sparing } from '../sparing.js';
import type { DeliveryFacts } from '../unaccounted.js';
import { run, statement, type Runner } from '../statement.js';

const PAGE = 2000;

/** A page of deliveries: what is stored of the unsound ones, and where the next page begins. */
export interface JudgedPage {
  readonly size: number;
  readonly last_id: string | null;
  readonly last_ended_at: Date | null;
  readonly unsound: readonly DeliveryFacts[];
}

/** Of a delivery, where it stands in the order of its list. */
interface PlaceRow {
  readonly delivery_id: string;
  readonly ended_at: Date | null;
}

/** What was found of some deliveries: the facts of the unsound, and those of which there are none, since reading them fails. */
export interface Judgement {
  readonly unsound: readonly DeliveryFacts[];
  readonly unreadable: readonly string[];
}

// Counts what belongs to the deliveries of a page, all in the snapshot of the one statement, and keeps the facts of the unsound.
// By lateral aggregates, which are looked up row by row: a join would read whole tables once the planner thinks the page is large.
const JUDGED = `facts as (
    select page.*, live_attempts, recipients, pending_recipients, payloads, secret_payloads, dead_letters
    from page
    cross join lateral (select count(*)::int as live_attempts from attempts a where a.delivery_id = page.delivery_id and a.status <> 'ended') as live
    cross join lateral (select count(*)::int as recipients, (count(*) filter (where r.outcome = 'pending'))::int as pending_recipients
      from delivery_recipients r where r.delivery_id = page.delivery_id) as told
    cross join lateral (select count(*)::int as payloads, count(p.secret_variables)::int as secret_payloads
      from delivery_payloads p where p.delivery_id = page.delivery_id) as content
    cross join lateral (select count(*)::int as dead_letters from dead_letters l where l.delivery_id = page.delivery_id) as buried
  )
  select count(*)::int as size, (array_agg(delivery_id order by ended_at desc, delivery_id desc))[1] as last_id, max(ended_at) as last_ended_at,
    coalesce(jsonb_agg(to_jsonb(facts)) filter (where live_attempts <> (status = 'queued')::int or recipients = 0 or payloads = 0
      or dead_letters <> (status = 'dead_letter')::int or (status <> 'queued' and pending_recipients + secret_payloads > 0)), '[]') as unsound
  from facts`;

const BELONGINGS = ['attempts_one_live_idx', 'delivery_recipients_pkey', 'delivery_payloads_pkey', 'dead_letters_pkey'];

// The next page of the queued deliveries after $1, by id. Served by deliveries_queued_idx.
const judgeQueuedPage = statement<JudgedPage>(
  'judge_queued_deliveries',
  ['deliveries_queued_idx', ...BELONGINGS],
  `with page as materialized (
    select delivery_id, status, ended_at from deliveries where status = 'queued' and delivery_id > $1::uuid order by delivery_id limit ${PAGE}
  ), ${JUDGED}`,
);

// The next page of the deliveries that ended after $1, or at $1 with an id after $2. Served by deliveries_ended_idx.
const judgeEndedPage = statement<JudgedPage>(
  'judge_ended_deliveries',
  ['deliveries_ended_idx', ...BELONGINGS],
  `with page as materialized (
    select delivery_id, status, ended_at from deliveries
    where ended_at is not null and ended_at >= $1::timestamptz and (ended_at, delivery_id) > ($1::timestamptz, $2::uuid)
    order by ended_at, delivery_id limit ${PAGE}
  ), ${JUDGED}`,
);

// Those of the deliveries $1 that are there. Served by deliveries_pkey.
const judgeGiven = statement<JudgedPage>(
  'judge_given_deliveries',
  ['deliveries_pkey', ...BELONGINGS],
  `with page as materialized (
    select delivery_id, status, ended_at from deliveries where delivery_id = any($1::uuid[])
  ), ${JUDGED}`,
);

// The ids of the pages above, for where one of their rows makes the judgement fail: nothing is read but what the index holds.
const placeQueuedPage = statement<PlaceRow>(
  'place_queued_deliveries',
  ['deliveries_queued_idx'],
  `select delivery_id, null::timestamptz as ended_at from deliveries where status = 'queued' and delivery_id > $1::uuid order by delivery_id limit ${PAGE}`,
);
const placeEndedPage = statement<PlaceRow>(
  'place_ended_deliveries',
  ['deliveries_ended_idx'],
  `select delivery_id, ended_at from deliveries
  where ended_at is not null and ended_at >= $1::timestamptz and (ended_at, delivery_id) > ($1::timestamptz, $2::uuid)
  order by ended_at, delivery_id limit ${PAGE}`,
);

const endedSince = statement<{ since: Date }>(
  'ended_since',
  [],
  `select coalesce(date_trunc('milliseconds', now()) - $1::bigint * interval '1 millisecond', 'epoch') as since`,
);

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Every queued delivery, page by page. */
export async function* judgeQueued(runner: Runner): AsyncGenerator<Judgement> {
  for (let after: string | null = FIRST_ID; after !== null;) {
    const values: unknown[] = [after];
    const page: JudgedPlaces = await judgePage(runner, judgeQueuedPage, placeQueuedPage, values);
    yield page;
    after = page.size === PAGE ? page.last_id : null;
  }
}

/** Every delivery that ended within the last `withinMs` by the server's clock (`null`: ever), page by page. */
export async function* judgeEnded(runner: Runner, withinMs: number | null): AsyncGenerator<Judgement> {
  const [begin] = await run(runner, endedSince, [withinMs]);
  let after: { at: Date; id: string } | null = begin === undefined ? null : { at: begin.since, id: FIRST_ID };
  while (after !== null) {
    const page: JudgedPlaces = await judgePage(runner, judgeEndedPage, placeEndedPage, [after.at, after.id]);
    yield page;
    const { size, last_ended_at: at, last_id: id } = page;
    after = size === PAGE && at !== null && id !== null ? { at, id } : null;
  }
}

/** Those among `deliveryIds` that are there. */
export async function judgeDeliveries(runner: Runner, deliveryIds: readonly string[]): Promise<Judgement> {
  const unsound: DeliveryFacts[] = [];
  const unreadable: string[] = [];
  const judge = async (some: readonly string[]): Promise<void> => {
    unsound.push(...((await run(runner, judgeGiven, [some]))[0]?.unsound ?? []));
  };
  await sparing(deliveryIds, judge, (id, error) => {
    // A table that is locked can be read later: it says nothing of the rows.
    if (isLockedError(error)) throw error;
    unreadable.push(id);
  });
  return { unsound, unreadable };
}

type JudgedPlaces = Judgement & Omit<JudgedPage, 'unsound'>;

/** Judges a page by one statement; where that fails for a row's own fault, by halves of its ids, down to the rows that cannot be read. */
async function judgePage(
  runner: Runner,
  page: typeof judgeQueuedPage,
  list: typeof placeQueuedPage,
  values: unknown[],
): Promise<JudgedPlaces> {
  try {
    const [judged] = await run(runner, page, values);
    return { ...(judged ?? { size: 0, last_id: null, last_ended_at: null, unsound: [] }), unreadable: [] };
  } catch (error) {
    if ((isDatabaseUnavailable(error) && !isDamagedError(error) && !isOverdueError(error)) || isLockedError(error)) throw error;
    const places = await run(runner, list, values);
    const last = places.at(-1);
    const ids = places.map(({ delivery_id }) => delivery_id);
    return {
      ...(await judgeDeliveries(runner, ids)),
      size: ids.length,
      last_id: last?.delivery_id ?? null,
      last_ended_at: last?.ended_at ?? null,
    };
  }
}
