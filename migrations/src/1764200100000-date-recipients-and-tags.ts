import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHUNK = 5000;

// Deliveries are locked before what belongs to them, and in the order of their ids, as everybody does.
const FILL = `with page as materialized (
    select delivery_id, created_at, tags from deliveries where delivery_id > $1 order by delivery_id limit ${CHUNK} for no key update
  ),
  dated as (
    update delivery_recipients r set created_at = page.created_at from page where r.delivery_id = page.delivery_id and r.created_at is null
  ),
  tagged as (
    insert into delivery_tags (delivery_id, name, value, created_at)
    select delivery_id, tag.key, tag.value, created_at from page, jsonb_each_text(page.tags) as tag on conflict do nothing
  )
  select delivery_id from page order by delivery_id desc limit 1`;

const DATED = [
  // A check that is validated spares SET NOT NULL its scan under a lock that keeps everybody out.
  `alter table delivery_recipients drop constraint if exists recipient_dated`,
  `alter table delivery_recipients add constraint recipient_dated check (created_at is not null) not valid`,
  `alter table delivery_recipients validate constraint recipient_dated`,
  `alter table delivery_recipients alter column created_at set not null`,
  `alter table delivery_recipients drop constraint recipient_dated`,
];

/**
 * Fills in what deliveries before have not got, chunk by chunk, each in its own transaction. What is accepted meanwhile has its time;
 * its tags it has from this build on.
 */
export class DateRecipientsAndTags1764200100000 implements MigrationInterface {
  readonly name = 'DateRecipientsAndTags1764200100000';
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    let last: string | undefined = '00000000-0000-0000-0000-000000000000';
    while (last !== undefined) {
      const rows = (await queryRunner.query(FILL, [last])) as { delivery_id: string }[];
      last = rows[0]?.delivery_id;
    }
    await queryRunner.query(`set lock_timeout = '5s'`);
    try {
      for (const sql of DATED) await queryRunner.query(sql);
    } finally {
      await queryRunner.query(`reset lock_timeout`);
    }
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
