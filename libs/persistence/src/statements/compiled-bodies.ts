import { run, statement, type Runner } from '../statement.js';

// What was made of the sources with the hashes $1, as far as any process has compiled them. Served by compiled_bodies_pkey.
const readBodies = statement<{ source_hash: string; html: string }>(
  'read_compiled_bodies',
  ['compiled_bodies_pkey'],
  `select source_hash, html from compiled_bodies where source_hash = any($1::text[])`,
);

/** By source hash; those that nobody has compiled yet are not in it. */
export async function readCompiledBodies(runner: Runner, sourceHashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await run(runner, readBodies, [sourceHashes]);
  return new Map(rows.map(({ source_hash, html }) => [source_hash, html]));
}

// Records what was made of sources: $1 hashes, $2 HTML, in step. Known ones stay as they are.
const recordBodies = statement(
  'record_compiled_bodies',
  ['compiled_bodies_pkey'],
  `insert into compiled_bodies (source_hash, html, recorded_at)
  select source_hash, html, date_trunc('milliseconds', now()) from unnest($1::text[], $2::text[]) as t(source_hash, html)
  order by source_hash
  on conflict (source_hash) do nothing`,
);

export async function recordCompiledBodies(runner: Runner, bodies: ReadonlyMap<string, string>): Promise<void> {
  await run(runner, recordBodies, [[...bodies.keys()], [...bodies.values()]]);
}
