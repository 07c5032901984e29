import type { MigrationInterface, QueryRunner } from 'typeorm';

// The default comes after the column, so that no row is rewritten, and says what acceptance says: the transaction's time. The build
// before, which does not know the column, is served by it.
const DATED_RECIPIENTS = [
  `alter table delivery_recipients add column created_at timestamptz(3)`,
  `alter table delivery_recipients alter column created_at set default date_trunc('milliseconds', now())`,
];

// What "deliveries.tags" has, one row a tag, with the delivery's time: an index over it is in the order of a list.
const TAGS = `create table delivery_tags (
    delivery_id uuid not null references deliveries on delete cascade,
    name        text not null,
    value       text not null,
    created_at  timestamptz(3) not null,
    primary key (delivery_id, name)
  ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 5000)`;

/** Recipients and tags carry the time of their delivery, so that deliveries can be listed by them without sorting. */
export class ListedByAddressAndTag1764200000000 implements MigrationInterface {
  readonly name = 'ListedByAddressAndTag1764200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set local lock_timeout = '5s'`);
    for (const sql of [...DATED_RECIPIENTS, TAGS]) await queryRunner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
