import { join } from 'node:path';
import { projectRoot } from './project-root.ts';
import type { Context } from './run-command.ts';
import { runKept, toolEnvironment } from './run-kept.ts';

/** Brings the schema of a database up to date, as `npm run migrate` does. */
export async function migrate(context: Context, dsn: string): Promise<void> {
  await context.progress.step('Schema', () =>
    runKept(context, {
      name: 'migrate',
      command: process.execPath,
      args: [join(projectRoot, 'libs', 'persistence', 'dist', 'migrate.js')],
      env: { ...toolEnvironment(), MAIL_POSTGRES_PRIMARY_DSN: dsn },
      cure: 'See whether the user may create tables in the database.',
    }),
  );
}
