import type { MigrationInterface, QueryRunner } from 'typeorm';

const CONSTRAINTS = [
  ['attempts', 'schedule_position_within_number', `schedule_position between 1 and number`],
  [
    'deliveries',
    'end_reason_known',
    `end_reason in ('provider_accepted', 'permanent_rejected', 'render_failed', 'retry_schedule_used_up', 'provider_trouble_limit_passed',
      'on_uncertain_hold', 'expires_at_passed', 'superseded', 'cancelled_by_operator', 'stub_mode')`,
  ],
  [
    'deliveries',
    'reason_fits_end',
    `case status
      when 'sent' then end_reason = 'provider_accepted'
      when 'failed' then end_reason in ('permanent_rejected', 'render_failed')
      when 'dead_letter' then end_reason in ('retry_schedule_used_up', 'provider_trouble_limit_passed')
      when 'expired' then end_reason = 'expires_at_passed'
      when 'superseded' then end_reason = 'superseded'
      when 'cancelled' then end_reason = 'cancelled_by_operator'
      when 'suppressed' then end_reason = 'stub_mode'
      else true
    end`,
  ],
] as const;

/**
 * Provider trouble uses up none of the retry schedule, so that an attempt's number is not its place in it any more. Without a
 * `schedule_position` (a first attempt, or one that the build before has scheduled) it still is. `trouble_since`: since when the delivery
 * has met nothing else.
 */
export class AttemptsKnowTheirTrouble1764410000000 implements MigrationInterface {
  readonly name = 'AttemptsKnowTheirTrouble1764410000000';
  // In one transaction the lock of the first step would be held through the scan of the second.
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set lock_timeout = '5s'`);
    try {
      await queryRunner.query(
        `alter table attempts add column if not exists schedule_position smallint, add column if not exists trouble_since timestamptz(3)`,
      );
      for (const [table, name, check] of CONSTRAINTS) {
        // An earlier try may have ended half way.
        await queryRunner.query(`alter table ${table} drop constraint if exists ${name}`);
        await queryRunner.query(`alter table ${table} add constraint ${name} check (${check}) not valid`);
        await queryRunner.query(`alter table ${table} validate constraint ${name}`);
      }
    } finally {
      await queryRunner.query(`reset lock_timeout`);
    }
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
