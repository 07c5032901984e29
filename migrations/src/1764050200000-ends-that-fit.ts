import type { MigrationInterface, QueryRunner } from 'typeorm';

const CONSTRAINTS = [
  // "uncertain" has the reason of the end that it would have been.
  [
    'deliveries',
    'reason_fits_end',
    `case status
      when 'sent' then end_reason = 'provider_accepted'
      when 'failed' then end_reason in ('permanent_rejected', 'render_failed')
      when 'dead_letter' then end_reason = 'retry_schedule_used_up'
      when 'expired' then end_reason = 'expires_at_passed'
      when 'superseded' then end_reason = 'superseded'
      when 'cancelled' then end_reason = 'cancelled_by_operator'
      when 'suppressed' then end_reason = 'stub_mode'
      else true
    end`,
  ],
  ['deliveries', 'superseded_by_named', `status <> 'superseded' or superseded_by is not null`],
  ['deliveries', 'expired_by_time', `status <> 'expired' or expires_at is not null`],
  ['deliveries', 'incarnation_iff_stream', `(stream is null) = (stream_incarnation is null)`],
  ['attempts', 'only_cancelled_never_started', `status <> 'ended' or (outcome = 'cancelled') = (started_at is null)`],
  ['delivery_recipients', 'position_from_zero', `position >= 0`],
  ['dead_letters', 'dead_after_attempts', `attempts >= 1`],
  ['idempotency_keys', 'secret_only_while_queued', `outcome = 'queued' or secret_hash is null`],
  // "missed" is less than nothing once a stream took the place of one of which more was consumed than it has.
  ['stream_offsets', 'counted_from_zero', `accepted >= 0 and replayed >= 0 and malformed >= 0`],
] as const;

/** What no row may say of itself. Each is added without looking at the rows, and then validated without keeping writers out. */
export class EndsThatFit1764050200000 implements MigrationInterface {
  readonly name = 'EndsThatFit1764050200000';
  // In one transaction the lock of the first step would be held through the scan of the second.
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set lock_timeout = '5s'`);
    try {
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
