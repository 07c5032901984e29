import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Serves whoever goes through all that has not ended, however many have. */
export class IndexQueuedDeliveries1764050100000 implements MigrationInterface {
  readonly name = 'IndexQueuedDeliveries1764050100000';
  // An index cannot be built concurrently inside a transaction.
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    // An earlier try that failed leaves an invalid index behind.
    await queryRunner.query(`drop index concurrently if exists deliveries_queued_idx`);
    await queryRunner.query(`create index concurrently deliveries_queued_idx on deliveries (delivery_id) where status = 'queued'`);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
