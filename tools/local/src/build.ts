import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCommands } from './build-command.ts';
import { buildEnvironment } from './build-environment.ts';
import { inputsFingerprint, isBuilt, outputsFingerprint } from './build-fingerprint.ts';
import { projectRoot } from './project-root.ts';
import type { Context } from './run-command.ts';
import { runKept } from './run-kept.ts';

/** Builds every project that has changed; where none has since the last build from here, no compiler is asked. */
export async function build(context: Context): Promise<void> {
  const file = join(context.state.path, 'built');
  const last = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  await context.progress.step('Build', async (note) => {
    // Of before the build: what is edited meanwhile is built next time.
    const inputs = inputsFingerprint(projectRoot);
    const isWhole = isBuilt(projectRoot);
    if (isWhole && last === `${inputs} ${outputsFingerprint(projectRoot)}`) return note('nothing has changed');
    rmSync(file, { force: true });
    for (const command of buildCommands(projectRoot, { anew: !isWhole })) {
      await runKept(context, { name: 'build', ...command, env: buildEnvironment(), cure: 'Mend what the compiler says.' });
    }
    writeFileSync(file, `${inputs} ${outputsFingerprint(projectRoot)}`);
  });
}
