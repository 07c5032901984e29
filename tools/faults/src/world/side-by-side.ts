import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '@mail/local/run-command';

/** The context of one of several worlds that run at once: a folder, logs and process names of its own. */
export function sideBySide(context: Context, number: number): Context {
  const folder = join(context.folder, `world-${number}`);
  mkdirSync(folder, { recursive: true });
  // PostgreSQL may have to run as another user, and to pass through.
  chmodSync(folder, context.state.runAs === undefined ? 0o700 : 0o711);
  const { processes } = context;
  return {
    ...context,
    folder,
    logFile: (name) => context.logFile(`${number}-${name}`),
    processes: { ...processes, start: (spec) => processes.start({ ...spec, name: `${spec.name} ${number}` }) },
  };
}
