import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What MJML made of each body of the catalog, so that a process starts without MJML where another has compiled the same before. */
export class CompiledBodies1764100000000 implements MigrationInterface {
  readonly name = 'CompiledBodies1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`set local lock_timeout = '5s'`);
    await runner.query(`create table compiled_bodies (
      source_hash text not null primary key,
      html        text not null,
      recorded_at timestamptz(3) not null
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table compiled_bodies');
  }
}
