import { run, statement, type Runner } from '../statement.js';

const PAGE = 5000;

interface OutlivedPage {
  readonly size: number;
  readonly last_id: string | null;
  /** Deliveries that are not queued, or are gone. */
  readonly outlived: readonly string[];
}

// The next page, after $1, of the deliveries that a live attempt belongs to; tells those that are no longer queued. Served by
// attempts_one_live_idx. The status is a scalar, looked up by key: a join may become a hash of every delivery.
const liveAttempts = statement<OutlivedPage>(
  'find_outlived_attempts',
  ['attempts_one_live_idx', 'deliveries_pkey'],
  `with page as materialized (
    select a.delivery_id from attempts a where a.status <> 'ended' and a.delivery_id > $1::uuid order by a.delivery_id limit ${PAGE}
  ),
  judged as (select delivery_id, (select d.status from deliveries d where d.delivery_id = page.delivery_id) as status from page)
  select count(*)::int as size, (array_agg(delivery_id order by delivery_id desc))[1] as last_id,
    coalesce(jsonb_agg(delivery_id) filter (where status is distinct from 'queued'), '[]') as outlived
  from judged`,
);

// The same of the deliveries whose key still has the hash of a secret. Served by idempotency_keys_secret_idx.
const keptSecrets = statement<OutlivedPage>(
  'find_outlived_secrets',
  ['idempotency_keys_secret_idx', 'deliveries_pkey'],
  `with page as materialized (
    select k.delivery_id from idempotency_keys k where k.secret_hash is not null and k.delivery_id > $1::uuid order by k.delivery_id limit ${PAGE}
  ),
  judged as (select delivery_id, (select d.status from deliveries d where d.delivery_id = page.delivery_id) as status from page)
  select count(*)::int as size, (array_agg(delivery_id order by delivery_id desc))[1] as last_id,
    coalesce(jsonb_agg(delivery_id) filter (where status is distinct from 'queued'), '[]') as outlived
  from judged`,
);

const pages = (page: typeof liveAttempts) =>
  async function* (runner: Runner): AsyncGenerator<readonly string[]> {
    for (let after: string | null = '00000000-0000-0000-0000-000000000000'; after !== null;) {
      const [found]: OutlivedPage[] = await run(runner, page, [after]);
      yield found?.outlived ?? [];
      after = found?.size === PAGE ? found.last_id : null;
    }
  };

/** Ids of deliveries that have ended and have a live attempt, page by page. */
export const findOutlivedAttempts = pages(liveAttempts);
/** Ids of deliveries that have ended, or are gone, and whose key has the hash of a secret, page by page. */
export const findOutlivedSecrets = pages(keptSecrets);
