import { databaseDsn, queryOnce } from '../ensure-database.ts';
import type { Services } from '../start-services.ts';

export interface RunDatabase {
  readonly dsn: string;
  readonly name: string;
  /** Removes it where it stands on a server that is not ours. */
  release(): Promise<void>;
}

/** A fresh database for one run; the given one where a server that is not ours does not let us make one. */
export async function runDatabase({ postgres }: Services, run: string): Promise<RunDatabase> {
  const name = run.replaceAll('-', '_');
  if (postgres.own) {
    const older = await queryOnce<{ datname: string }>(postgres.dsn, `select datname from pg_database where datname like 'demo\\_%'`);
    for (const { datname } of older) await queryOnce(postgres.dsn, `drop database if exists ${datname} with (force)`);
  }
  try {
    await queryOnce(postgres.dsn, `create database ${name}`);
  } catch (error) {
    if (postgres.own) throw error;
    return { dsn: postgres.dsn, name: new URL(postgres.dsn).pathname.slice(1), release: () => Promise.resolve() };
  }
  return {
    dsn: databaseDsn(postgres.dsn, name),
    name,
    async release() {
      if (!postgres.own) await queryOnce(postgres.dsn, `drop database if exists ${name} with (force)`);
    },
  };
}
