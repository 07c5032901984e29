import { join } from 'node:path';
import { apps, appEnvironment } from './app-environment.ts';
import type { App, AppSurroundings } from './app-environment.ts';
import { projectRoot } from './project-root.ts';
import type { Context } from './run-command.ts';
import { startKept } from './start-kept.ts';
import type { StartedProcess } from './start-kept.ts';

export type RunningApps = Map<App, StartedProcess>;

/** Starts one of the five processes as it is deployed: from its build, configured by environment alone. */
export function startApp({ processes, logFile, folder }: Context, app: App, surroundings: AppSurroundings): Promise<StartedProcess> {
  return startKept(processes, {
    name: app,
    tier: 'application',
    command: process.execPath,
    args: [join('apps', app, 'dist', 'main.js')],
    env: appEnvironment(app, folder, surroundings),
    cwd: projectRoot,
    logFile: logFile(app),
    stopSignal: 'SIGTERM',
    stopWithinMs: 15_000,
  });
}

/** Starts all five together. */
export async function startApps(context: Context, surroundings: AppSurroundings): Promise<RunningApps> {
  return context.progress.step('Five processes', async (note) => {
    const running: RunningApps = new Map();
    await Promise.all(
      apps.map(async (app) => {
        running.set(app, await startApp(context, app, surroundings));
        note([...running].map(([name, { tookMs }]) => `${name} ${(tookMs / 1000).toFixed(1)} s`).join(', '));
      }),
    );
    return running;
  });
}
