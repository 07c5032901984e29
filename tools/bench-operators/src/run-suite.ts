import { table } from '@mail/local/demo/table';
import { startPostgres } from '@mail/local/postgres/start-postgres';
import type { Context } from '@mail/local/run-command';
import { Trouble } from '@mail/local/trouble';
import { ACCEPTANCE_HEAD, acceptanceRow, missesAcceptance } from './acceptance-target.ts';
import { LISTS } from './lists.ts';
import { measureAcceptance } from './measure-acceptance.ts';
import type { MeasuredAcceptance } from './measure-acceptance.ts';
import { measureList } from './measure.ts';
import type { Measured, System } from './measure.ts';
import type { Options } from './options.ts';
import { copyDatabase, makeDatabase, startSystem } from './systems.ts';
import { HEAD, missesOf, rowOf } from './targets.ts';
import { writePage } from './write-page.ts';

const POSTGRES = {
  shared_buffers: '512MB',
  max_wal_size: '8GB',
  // None by chance in the middle of a measurement.
  checkpoint_timeout: '30min',
};

/** Measures what the options ask for; resolves to the exit code. The service is built. */
export async function runSuite(context: Context, options: Options): Promise<number> {
  const { progress, folder, state, processes } = context;
  const lists = LISTS.filter(({ name }) => name.includes(options.only));
  const acceptance = 'acceptance'.includes(options.only);
  if (lists.length === 0 && !acceptance) {
    throw new Trouble(`Nothing is named so.`, `There are: acceptance, ${LISTS.map(({ name }) => name).join(', ')}`);
  }
  const postgres = await progress.step('PostgreSQL', () =>
    startPostgres(folder, context.logFile('postgresql'), state, processes, POSTGRES),
  );
  const dsn = await makeDatabase(context, postgres.dsn, 'many', options.rows);
  // Before anybody is connected to what is copied.
  const bare = acceptance ? await copyDatabase(context, postgres.dsn, 'many', 'bare') : null;
  const many = await startSystem(context, 'many', dsn);
  const listed = lists.length === 0 ? [] : await measureLists(context, postgres.dsn, options, many);
  // After them, since it adds to what they read.
  const accepted = bare === null ? [] : await acceptedWithAndWithout(context, { many: { ...many, dsn }, bare });
  if (options.write) await writePage(context, options, { listed, accepted }, postgres.version);
  return listed.some((one) => missesOf(one).length > 0) || accepted.some(missesAcceptance) ? 1 : 0;
}

async function measureLists(context: Context, maintenanceDsn: string, options: Options, many: System): Promise<Measured[]> {
  const { progress } = context;
  const few = await startSystem(context, 'few', await makeDatabase(context, maintenanceDsn, 'few', options.few));
  const all: Measured[] = [];
  for (const list of LISTS.filter(({ name }) => name.includes(options.only))) {
    progress.status(`… ${list.name}`);
    all.push(...(await measureList(list, many, few, options.requests)));
  }
  progress.line();
  for (const line of table(HEAD, all.map(rowOf))) progress.line(line);
  progress.line();
  progress.line(`${all.length} pages measured, ${all.filter((one) => missesOf(one).length > 0).length} of them miss a target`);
  return all;
}

async function acceptedWithAndWithout(
  context: Context,
  { many, bare }: { many: System & { readonly dsn: string }; bare: string },
): Promise<MeasuredAcceptance[]> {
  const { progress } = context;
  const without = await startSystem(context, 'bare', bare);
  const accepted = await measureAcceptance(context, { with: many, without: { ...without, dsn: bare } });
  progress.line();
  for (const line of table(ACCEPTANCE_HEAD, accepted.map(acceptanceRow))) progress.line(line);
  return accepted;
}
