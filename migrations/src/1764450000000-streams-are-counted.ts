import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a halted consumer has counted of the stream that is there, for whoever adopts it; and whether the stream's own count of entries
 * can be held against what was consumed, which it cannot from an adoption until all is read.
 */
export class StreamsAreCounted1764450000000 implements MigrationInterface {
  readonly name = 'StreamsAreCounted1764450000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set local lock_timeout = '2s'`);
    await queryRunner.query(`alter table stream_offsets add column stock jsonb, add column counts_known boolean not null default true`);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
