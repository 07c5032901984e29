import { openDatabase, type Database } from '@mail/persistence';

/** A pool as a consumer has it. */
export function openSpecDatabase(primaryDsn: string): Promise<Database> {
  return openDatabase({
    name: 'mail spec',
    primaryDsn,
    replicaDsns: [],
    operationTimeoutMs: 20_000,
    lockTimeoutMs: 1500,
    maxOpenConns: 4,
    maxIdleConns: 4,
    connMaxLifetimeMs: 600_000,
    onPoolError: () => undefined,
  });
}
