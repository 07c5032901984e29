import type { MigrationInterface, QueryRunner } from 'typeorm';

const CONSTRAINTS = [
  ['replayed_as_a_whole', `num_nulls(replayed_at, delivery_id, replay_outcome) in (0, 3)`],
  ['replay_outcome_known', `replay_outcome in ('queued', 'suppressed', 'expired')`],
] as const;

/** What became of a malformed command that an operator had tried again: so that a second try answers the same, and sends nothing. */
export class MalformedCommandsAreReplayed1764300000000 implements MigrationInterface {
  readonly name = 'MalformedCommandsAreReplayed1764300000000';
  // In one transaction the lock of the first step would be held through the scan of the second.
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set lock_timeout = '5s'`);
    try {
      await queryRunner.query(
        `alter table malformed_commands add column if not exists replayed_at timestamptz(3),
          add column if not exists delivery_id uuid, add column if not exists replay_outcome text`,
      );
      for (const [name, check] of CONSTRAINTS) {
        // An earlier try may have ended half way.
        await queryRunner.query(`alter table malformed_commands drop constraint if exists ${name}`);
        await queryRunner.query(`alter table malformed_commands add constraint ${name} check (${check}) not valid`);
        await queryRunner.query(`alter table malformed_commands validate constraint ${name}`);
      }
    } finally {
      await queryRunner.query(`reset lock_timeout`);
    }
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
