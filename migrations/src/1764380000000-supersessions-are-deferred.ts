import type { MigrationInterface, QueryRunner } from 'typeorm';

// No key to "deliveries": its check would wait for the very row that is locked.
const DEFERRED = `create table deferred_supersessions (
    delivery_id   uuid primary key,
    superseded_by uuid not null,
    created_at    timestamptz(3) not null
  )`;

/**
 * What is to end as superseded, once whoever holds rows of it lets them go: acceptance waits for no row of an older delivery. The build
 * before waits, as it did.
 */
export class SupersessionsAreDeferred1764380000000 implements MigrationInterface {
  readonly name = 'SupersessionsAreDeferred1764380000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set local lock_timeout = '5s'`);
    await queryRunner.query(DEFERRED);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
