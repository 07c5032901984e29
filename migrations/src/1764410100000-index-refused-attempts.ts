import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Serves whoever asks what others were refused of late: the few attempts that trouble with the provider ended at MAIL or RCPT. */
export class IndexRefusedAttempts1764410100000 implements MigrationInterface {
  readonly name = 'IndexRefusedAttempts1764410100000';
  // An index cannot be built concurrently inside a transaction.
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    // An earlier try that failed leaves an invalid index behind.
    await queryRunner.query(`drop index concurrently if exists attempts_refused_idx`);
    await queryRunner.query(
      `create index concurrently attempts_refused_idx on attempts (finished_at)
      where outcome = 'transport_failed' and phase in ('mail', 'rcpt') and smtp_code is not null`,
    );
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
