import { join } from 'node:path';
import { projectRoot } from './project-root.ts';
import type { Context } from './run-command.ts';
import { runKept } from './run-kept.ts';

/** Builds every project that has changed. */
export async function build(context: Context): Promise<void> {
  await context.progress.step('Build', () =>
    runKept(context, {
      name: 'build',
      command: join(projectRoot, 'node_modules', '.bin', 'nx'),
      args: ['run-many', '-t', 'build', '--outputStyle=static'],
      cure: 'Mend what the compiler says.',
    }),
  );
}
