import type { NewDelivery } from '@mail/domain';
import { testDatabase } from '@mail/testing';
import type { QueryResultRow } from 'pg';
import { acceptCandidates, type Acceptance, type Candidate } from '../src/accept-candidates.js';
import { openDatabase, type Database, type DatabaseOptions } from '../src/database.js';
import { openEntityDatabase, type EntityDatabase } from '../src/entities/open-entity-database.js';
import { aDelivery } from './a-delivery.js';

export const DAY_MS = 86_400_000;

/** A database of its own for a spec file, as the processes use it, and a client beside it to look at rows and to age them. */
export interface SpecDatabase {
  readonly dsn: string;
  readonly database: Database;
  /** Another pool on the same database: another process. */
  another(): Promise<Database>;
  /** Another pool of one connection, whose plans use no index, so that no order comes about by luck. */
  withoutIndexes(): Promise<Database>;
  /** Another pool, with entities over it. */
  withEntities(): Promise<EntityDatabase>;
  rows<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** The first row; throws when there is none. */
  row<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row>;
  /** Accepts each as a command of its own, in one transaction. */
  accept(...deliveries: NewDelivery[]): Promise<Acceptance[]>;
  /** Accepts one, and returns it. */
  accepted(more?: Partial<NewDelivery>): Promise<NewDelivery>;
  empty(): Promise<void>;
  drop(): Promise<void>;
}

export async function specDatabase(): Promise<SpecDatabase> {
  const { dsn, client, drop } = await testDatabase();
  const options: DatabaseOptions = {
    name: 'mail spec',
    primaryDsn: dsn,
    replicaDsns: [],
    operationTimeoutMs: 20_000,
    lockTimeoutMs: 10_000,
    maxOpenConns: 10,
    maxIdleConns: 10,
    connMaxLifetimeMs: 600_000,
    onPoolError: () => undefined,
  };
  const database = await openDatabase(options);
  const others: Database[] = [];
  const another = async <Opened extends Database>(open: (options: DatabaseOptions) => Promise<Opened>): Promise<Opened> => {
    const other = await open(options);
    others.push(other);
    return other;
  };
  const rows = async <Row extends QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    (await client.query<Row>(sql, values)).rows;
  const accept = (...deliveries: NewDelivery[]): Promise<Acceptance[]> =>
    database.transaction((transaction) => acceptCandidates(transaction, deliveries.map(candidate), 7 * DAY_MS));
  return {
    dsn,
    database,
    rows,
    accept,
    another: () => another(openDatabase),
    withEntities: () => another(openEntityDatabase),
    async withoutIndexes() {
      // Of one connection, since each sets its planner up by itself.
      const one = await another((given) => openDatabase({ ...given, maxOpenConns: 1 }));
      const text = 'set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off; set enable_seqscan = on';
      await one.query({ name: '', text, values: [] });
      return one;
    },
    async row<Row extends QueryResultRow>(sql: string, values: unknown[] = []) {
      const [first] = await rows<Row>(sql, values);
      if (first === undefined) throw new Error(`no row: ${sql}`);
      return first;
    },
    async accepted(more) {
      const delivery = aDelivery(more);
      await accept(delivery);
      return delivery;
    },
    async empty() {
      // Far faster than truncate for a few rows, since no file is made anew.
      await client.query(
        `delete from deliveries; delete from idempotency_keys; delete from malformed_commands; delete from stream_offsets;
        delete from stream_incidents; delete from deleted_deliveries; delete from template_versions; delete from compiled_bodies;
        delete from operator_actions; delete from resend_plans; delete from deferred_supersessions`,
      );
    },
    async drop() {
      await Promise.all([database, ...others].map((opened) => opened.close()));
      await drop();
    },
  };
}

/** A prepared delivery as a candidate; a key is for the same command where its fingerprint is the same. */
export function candidate(delivery: NewDelivery): Candidate {
  return {
    scope: delivery.scope,
    idempotencyKey: delivery.idempotencyKey,
    preparation: { ok: true, delivery },
    matches: ({ fingerprint }) => fingerprint.equals(delivery.fingerprint),
  };
}
