/** What a migration would send, in order. */
export interface SentMigration {
  readonly name: string;
  /** Whether all of it is one transaction. */
  readonly transaction: boolean;
  readonly statements: readonly string[];
}

const oneLine = (sql: string): string => sql.replace(/\s+/g, ' ').trim().toLowerCase();
const tableOf = (sql: string): string | undefined =>
  /^alter table (?:if exists )?(?:only )?"?(\w+)/.exec(sql)?.[1] ?? /^create (?:unique )?index .*? on (?:only )?"?(\w+)/.exec(sql)?.[1];

/** What takes something away that the build before still uses. */
const CONTRACTING =
  /^drop (table|view|function|type)|\bdrop column\b|\brename (to|column|constraint)\b|\balter column \w+ (set data )?type\b/;

function statementFaults(
  sql: string,
  { existing, bounded, transaction }: { existing: boolean; bounded: boolean; transaction: boolean },
): string[] {
  const concurrently = /\bindex concurrently\b/.test(sql);
  const waits = existing && !concurrently && /^(alter table|create (unique )?index|create (or replace )?trigger|drop)/.test(sql);
  return [
    ...(waits && !bounded ? ['waits for a lock without a bound: set lock_timeout before'] : []),
    ...(existing && /^create (unique )?index (?!concurrently)/.test(sql)
      ? ['keeps writers out while it builds: create index concurrently']
      : []),
    ...(concurrently && transaction ? ['cannot run in a transaction: transaction = false'] : []),
    ...(existing && /\badd constraint\b.*\b(check|foreign key)\b/.test(sql) && !/\bnot valid$/.test(sql)
      ? ['reads every row under a lock: add it not valid, and validate it in a step of its own']
      : []),
    ...(existing && /\badd column\b[^,]*\bnot null\b/.test(sql) && !/\bdefault\b/.test(sql)
      ? ['refuses what the build before inserts']
      : []),
    ...(CONTRACTING.test(sql) ? ['takes away what the build before may use: contract in a later release'] : []),
    ...(/^(update|delete)\b/.test(sql) && !/\blimit\b/.test(sql) ? ['changes a whole table in one transaction: go by chunks'] : []),
  ];
}

/** What a migration does that a system under load, or the build before, would not bear. */
export function migrationFaults({ name, transaction, statements }: SentMigration): string[] {
  const created = new Set<string>();
  const validated = new Set<string>();
  let bounded = false;
  const faults: string[] = [];
  const said = statements.map(oneLine);
  const concurrent = said.filter((sql) => /\bindex concurrently\b/.test(sql)).length;
  if (concurrent > 0 && concurrent < said.length) faults.push('builds indexes beside other things: give them a file of their own');
  for (const sql of said) {
    const table = /^create table (?:if not exists )?"?(\w+)/.exec(sql)?.[1];
    if (table !== undefined) created.add(table);
    if (/^set (local )?lock_timeout/.test(sql)) bounded = true;
    if (/^reset lock_timeout/.test(sql)) bounded = false;
    const on = tableOf(sql);
    if (/\bvalidate constraint\b/.test(sql) && on !== undefined) {
      validated.add(on);
      if (transaction) faults.push('validates under the lock of its own transaction: transaction = false');
    }
    const existing = on === undefined ? /^(drop|create (or replace )?trigger)/.test(sql) : !created.has(on);
    if (existing && /\bset not null\b/.test(sql) && !validated.has(on ?? ''))
      faults.push(`${sql}: reads every row under a lock: validate a check first`);
    faults.push(...statementFaults(sql, { existing, bounded, transaction }).map((fault) => `${sql}: ${fault}`));
  }
  return faults.map((fault) => `${name}: ${fault}`);
}
