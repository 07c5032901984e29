import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trace of the request that started a plan's run, to which the traces of its resends are linked. The build before starts plans without. */
export class PlansKnowTheirTrace1764360000000 implements MigrationInterface {
  readonly name = 'PlansKnowTheirTrace1764360000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set local lock_timeout = '5s'`);
    await queryRunner.query(`alter table resend_plans add column traceparent text, add column tracestate text`);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
