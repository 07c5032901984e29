import { randomBytes } from 'node:crypto';
import { testServices } from '@mail/testing';
import pg from 'pg';

export interface EmptyDatabase {
  readonly dsn: string;
  drop(): Promise<void>;
}

/** A database without a schema, to migrate; `how` is of `create database`. */
export async function emptyDatabase(how = ''): Promise<EmptyDatabase> {
  const { postgresDsn } = testServices();
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const maintenance = new pg.Client({ connectionString: postgresDsn });
  await maintenance.connect();
  await maintenance.query(`create database ${name} template template0 ${how}`);
  const url = new URL(postgresDsn);
  url.pathname = `/${name}`;
  return {
    dsn: url.href,
    async drop() {
      await maintenance.query(`drop database ${name} with (force)`);
      await maintenance.end();
    },
  };
}
