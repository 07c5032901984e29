import type { MigrationInterface, QueryRunner } from 'typeorm';

// Nullable and without a default, so that no row is rewritten.
const COLUMNS = `alter table deliveries add column stream text, add column stream_incarnation integer`;

// What retention deleted, by where it came from ('' and 0: accepted over HTTP), so that what a stream's counters say was accepted
// is still there to count: what the table holds, and this. In a table of its own, since the consumer updates its offset all the time.
const DELETED = `create table deleted_deliveries (
    stream            text not null,
    incarnation       integer not null,
    deleted           bigint not null,
    -- A key that is newer names a delivery that retention cannot have deleted.
    newest_created_at timestamptz(3) not null,
    primary key (stream, incarnation),
    constraint deleted_some check (deleted > 0)
  )`;

// What was accepted before says of no delivery that it came from a stream: it counts as gone.
const BEFORE = `insert into deleted_deliveries (stream, incarnation, deleted, newest_created_at)
  select stream, incarnation, accepted, now() from stream_offsets where accepted > 0`;

export class DeliveriesKnowTheirStream1764050000000 implements MigrationInterface {
  readonly name = 'DeliveriesKnowTheirStream1764050000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set local lock_timeout = '5s'`);
    for (const sql of [COLUMNS, DELETED, BEFORE]) await queryRunner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
