import { processMemory } from '@mail/local/demo/process-memory';
import type { Contender } from '../contenders/contender.ts';
import type { BenchWorld } from './bench-world.ts';
import { cpuUs } from './process-costs.ts';

/** What a piece of work has cost, in all. */
export interface Costs {
  /** Processor time by process, in µs; `PostgreSQL` with its backends, ended ones too. `Redis`, `sink` and `caller` are not the contender's. */
  readonly cpuUs: ReadonlyMap<string, number>;
  /** Statements of the contender's database. */
  readonly statements: number;
  readonly walBytes: number;
  /** The most that each process of the contender ever had, in MB. */
  readonly peakMb: ReadonlyMap<string, number>;
}

async function counters({ servers }: BenchWorld, database: string): Promise<{ statements: number; wal: number }> {
  const [row] = await servers.query<{ statements: string; wal: string }>(
    `select (select coalesce(sum(calls), 0) from pg_stat_statements join pg_database on oid = dbid where datname = $1) as statements,
      pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as wal`,
    [database],
  );
  return { statements: Number(row?.statements), wal: Number(row?.wal) };
}

/** Begins to count; the answer is asked at the end of the work. */
export async function watchCosts(world: BenchWorld, contender: Contender): Promise<() => Promise<Costs>> {
  const { servers, sink } = world;
  const pids = new Map([
    ...[...contender.processes].map(([name, { pid }]) => [name, pid] as const),
    ['PostgreSQL', servers.postgres.pid] as const,
    ['Redis', servers.redis.pid] as const,
    ['sink', sink.program.process.pid] as const,
    ['caller', contender.callerPid] as const,
  ]);
  const cpuBefore = new Map([...pids].map(([name, pid]) => [name, cpuUs(pid)]));
  const before = await counters(world, contender.database);
  return async () => {
    const after = await counters(world, contender.database);
    return {
      cpuUs: new Map([...pids].map(([name, pid]) => [name, cpuUs(pid) - (cpuBefore.get(name) ?? 0)])),
      statements: after.statements - before.statements,
      walBytes: after.wal - before.wal,
      peakMb: new Map([...contender.processes].map(([name, { pid }]) => [name, processMemory(pid).peakMb])),
    };
  };
}
