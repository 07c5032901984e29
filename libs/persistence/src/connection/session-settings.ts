import pg, { type ClientBase, type QueryResult } from 'pg';

const { escapeLiteral } = pg;

/** What differs from one use of a connection to another. */
export interface SessionBounds {
  /** Bound on each statement, and on a transaction whose process has fallen silent, in ms. */
  readonly statementMs: number;
  /** Bound on waiting for a lock, in ms; 0 is none. */
  readonly lockMs: number;
  readonly searchPath: string;
}

/**
 * What results, guarantees and plans depend on. A role, a database or a pooler may say otherwise, so each connection sets all of it.
 * Only what any user may set: what takes a superuser is checked at start instead. A name that a server does not know is left out.
 *
 * Every statement looks rows up by an index, and is planned so whatever the tables hold: a connection keeps its plans, and one from when a
 * table was small would go on to read it from end to end, until something analyzes it. Where a statement asks whether one set holds what
 * another does, it says `(… in (select …)) is true`, which is hashed, and not a join. One plan serves all values: to plan anew for these
 * few costs more than to run it. So does compiling. What a partial index holds is asked for by arrays of keys, and the planner has no statistics of
 * what is queued: neither depends on how much there was when it last looked.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // How values are written and read.
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  timezone_abbreviations: 'Default',
  bytea_output: 'hex',
  extra_float_digits: '1',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  xmlbinary: 'base64',
  // What a statement means.
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  array_nulls: 'on',
  transform_null_equals: 'off',
  gin_fuzzy_search_limit: '0',
  quote_all_identifiers: 'off',
  check_function_bodies: 'on',
  default_table_access_method: 'heap',
  restrict_nonsystem_relation_kind: '',
  row_security: 'on',
  client_min_messages: 'notice',
  // What the server's log must not hold, or need not.
  log_parameter_max_length_on_error: '0',
  debug_print_parse: 'off',
  debug_print_plan: 'off',
  debug_print_rewritten: 'off',
  // What a transaction promises: a commit is on disk, and on the synchronous standbys, before it is answered.
  synchronous_commit: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  exit_on_error: 'off',
  // What ends a statement, a transaction or a session. A process that froze, or was cut off, in the middle of a transaction must not keep what
  // it has locked from the others: `idle_in_transaction_session_timeout`, below, with the bound on statements. TCP would find out after two hours.
  transaction_timeout: '0',
  idle_session_timeout: '0',
  // How statements are planned: ours first, then the defaults of PostgreSQL.
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
  enable_async_append: 'on',
  enable_bitmapscan: 'on',
  enable_distinct_reordering: 'on',
  enable_gathermerge: 'on',
  enable_group_by_reordering: 'on',
  enable_hashagg: 'on',
  enable_incremental_sort: 'on',
  enable_indexonlyscan: 'on',
  enable_indexscan: 'on',
  enable_material: 'on',
  enable_memoize: 'on',
  enable_nestloop: 'on',
  enable_parallel_append: 'on',
  enable_parallel_hash: 'on',
  enable_partition_pruning: 'on',
  enable_partitionwise_aggregate: 'off',
  enable_partitionwise_join: 'off',
  enable_presorted_aggregate: 'on',
  enable_self_join_elimination: 'on',
  enable_sort: 'on',
  enable_tidscan: 'on',
  constraint_exclusion: 'partition',
  cpu_index_tuple_cost: '0.005',
  cpu_operator_cost: '0.0025',
  cpu_tuple_cost: '0.01',
  cursor_tuple_fraction: '0.1',
  debug_parallel_query: 'off',
  effective_cache_size: '4GB',
  force_parallel_mode: 'off',
  from_collapse_limit: '8',
  geqo: 'on',
  geqo_threshold: '12',
  hash_mem_multiplier: '2',
  join_collapse_limit: '8',
  max_parallel_workers_per_gather: '2',
  min_parallel_index_scan_size: '512kB',
  min_parallel_table_scan_size: '8MB',
  parallel_leader_participation: 'on',
  parallel_setup_cost: '1000',
  parallel_tuple_cost: '0.1',
  random_page_cost: '4',
  recursive_worktable_factor: '10',
  seq_page_cost: '1',
  synchronize_seqscans: 'on',
  work_mem: '4MB',
};

/** The names, for reading the session back. */
const NAMES = [...Object.keys(SETTINGS), 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'search_path'];

const READ = `select name, current_setting(name) as value
  from unnest($1::text[]) as wanted(name) where current_setting(name, true) is not null`;

export interface Setting {
  readonly name: string;
  /** As the server writes it: `5s` for 5000. */
  readonly value: string;
}

/**
 * The statements that make a session ours, in one round trip. Not start-up parameters, which a pooler may refuse, or ignore in silence; and
 * literals, since only the simple protocol takes several statements: a role's time-outs may be too short for all that follows, and go first.
 * Functions are named with their schema: until here the search path is somebody else's.
 */
export function sessionSetUp({ statementMs, lockMs, searchPath }: SessionBounds): string {
  const bound = String(statementMs);
  const all = {
    ...SETTINGS,
    statement_timeout: bound,
    lock_timeout: String(lockMs),
    idle_in_transaction_session_timeout: bound,
    search_path: searchPath,
  };
  const rows = Object.entries(all).map(([name, value]) => `(${escapeLiteral(name)}, ${escapeLiteral(value)})`);
  return `set statement_timeout = ${bound};
    select pg_catalog.set_config('transaction_timeout', '0', false) where pg_catalog.current_setting('transaction_timeout', true) is not null;
    select name, pg_catalog.set_config(name, value, false) as value
    from (values ${rows.join(', ')}) as wanted(name, value) where pg_catalog.current_setting(name, true) is not null`;
}

/**
 * Sets the session up, and answers what it then has.
 * @param withinMs bound on the answer, for a server that no longer gives any
 */
export async function setUpSession(client: ClientBase, setUp: string, withinMs: number): Promise<readonly Setting[]> {
  const config = { text: setUp, query_timeout: withinMs };
  const results = (await client.query(config)) as unknown as readonly QueryResult<Setting>[];
  return results.at(-1)?.rows ?? [];
}

/** The same settings, as the session has them now. */
export async function readSession(client: ClientBase): Promise<readonly Setting[]> {
  return (await client.query<Setting>(READ, [NAMES])).rows;
}
