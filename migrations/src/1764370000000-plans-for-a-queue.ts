import type { MigrationInterface, QueryRunner } from 'typeorm';

// What was found before stays otherwise. PostgreSQL 18 lets the owner forget it, those before it a superuser alone.
const FORGET = `do $$
  declare
    known text;
  begin
    foreach known in array array['deliveries', 'attempts'] loop
      if to_regproc('pg_clear_attribute_stats') is not null then
        perform pg_clear_attribute_stats(current_schema()::text, known, 'status', false);
      elsif (select rolsuper from pg_roles where rolname = current_user) then
        delete from pg_statistic s using pg_attribute a
        where s.starelid = known::regclass and a.attrelid = s.starelid and a.attnum = s.staattnum and a.attname = 'status';
      end if;
    end loop;
  end $$`;

/**
 * Has the planner take some of all deliveries and attempts for queued, whenever it last looked. A table that was analyzed while nothing
 * was queued had every look-up in the partial indexes of what is queued planned as if these were empty: once much was queued, and until the next analyze,
 * each read all of it. The build before gains by it as well.
 */
export class PlansForAQueue1764370000000 implements MigrationInterface {
  readonly name = 'PlansForAQueue1764370000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set local lock_timeout = '5s'`);
    await queryRunner.query(`alter table deliveries alter column status set statistics 0`);
    await queryRunner.query(`alter table attempts alter column status set statistics 0`);
    await queryRunner.query(FORGET);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
