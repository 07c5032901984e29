import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a command's secret variables are compared by where MAIL_SECRETS_KEY is set: the key's id and an HMAC, for as long as the idempotency
 * key is remembered. The build before leaves it null, and compares as it did.
 */
export class KeyedFingerprints1764420000000 implements MigrationInterface {
  readonly name = 'KeyedFingerprints1764420000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set local lock_timeout = '5s'`);
    await queryRunner.query(`alter table idempotency_keys add column if not exists secret_mac bytea`);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
