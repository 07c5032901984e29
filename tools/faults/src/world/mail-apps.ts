import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { apps, appEnvironment } from '@mail/local/app-environment';
import type { App, AppSurroundings } from '@mail/local/app-environment';
import { projectRoot } from '@mail/local/project-root';
import { logEnd, readLogEvents } from '@mail/local/read-log-events';
import type { LogEvent } from '@mail/local/read-log-events';
import type { Context } from '@mail/local/run-command';
import { startKept } from '@mail/local/start-kept';
import type { ProcessSpec } from '@mail/local/keeper-messages';
import type { ProcessExit } from '@mail/local/kept-processes';
import { Trouble } from '@mail/local/trouble';
import { waitUntil } from '@mail/local/wait-until';

export { apps };
export type { App };

export interface RunningApp {
  readonly app: App;
  /** The app's own name, or one of its own where several of one app run. */
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** What it has logged since it started. */
  log(): LogEvent[];
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGSTOP, and resolves once it stands still. */
  freeze(): Promise<void>;
  /** Asks it to end in order, by SIGTERM. */
  stop(): Promise<ProcessExit>;
}

export interface StartOptions {
  /** For a second process of one app. */
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface MailApps {
  /** Those that run now, by name. */
  readonly running: ReadonlyMap<string, RunningApp>;
  /** Starts one, and resolves once it is ready: again, as a supervisor would, where it found a service down. Rejects where it ends otherwise. */
  start(app: App, options?: StartOptions): Promise<RunningApp>;
  /** Stops one of the five in order, and starts it with settings of its own. */
  restart(app: App, env: Readonly<Record<string, string>>): Promise<RunningApp>;
  /** Starts one that is to end by itself, perhaps before it is ready, and resolves to how it ended. */
  runToEnd(app: App, env?: Readonly<Record<string, string>>): Promise<ProcessExit>;
  /** The one of this name; throws where it does not run. */
  get(name: string): RunningApp;
  /** Sends SIGKILL, and waits for the end. */
  kill(name: string): Promise<void>;
  /** Starts those of the five that do not run, and stops whatever else does. Those named in `renew` are stopped and started anew. */
  makeWhole(renew: ReadonlySet<string>): Promise<void>;
  /** What ended as broken since this was last asked: of an error that nobody caught. */
  broken(): string[];
}

/** sysexits.h: an internal error. */
const EXIT_BROKEN = 70;
/** sysexits.h: a service that it needs is down. */
const EXIT_SERVICE_DOWN = 'exit code 69';
const END_WITHIN_MS = 60_000;
const UP_WITHIN_MS = 60_000;

/** As `ps` shows it: `T` is stopped. */
function stateOf(pid: number): string {
  return spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

/** Starts again what found a service down, until it is there. */
async function supervised<T>(start: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + UP_WITHIN_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const down = error instanceof Trouble && error.message.includes(EXIT_SERVICE_DOWN);
      if (!down || performance.now() > untilMs) throw error;
    }
  }
}

/** The five processes as they are deployed, each with surroundings of its own, so that one can be cut off alone. */
export function mailApps(context: Context, root: string, surroundingsOf: (app: App) => AppSurroundings): MailApps {
  const running = new Map<string, RunningApp>();
  /** Whether it runs with the settings that all have. */
  const changed = new Set<string>();
  let broken: string[] = [];

  const specOf = (app: App, name: string, env: Readonly<Record<string, string>>): ProcessSpec => {
    const surroundings = surroundingsOf(app);
    return {
      name,
      tier: 'application',
      command: process.execPath,
      args: [join(root, 'apps', app, 'dist', 'main.js')],
      env: {
        ...appEnvironment(app, context.folder, surroundings),
        MAIL_HEARTBEAT_FILE: join(context.folder, `${name}.heartbeat`),
        NODE_ENV: 'test',
        // Last: it may also name other surroundings.
        ...env,
      },
      cwd: projectRoot,
      logFile: context.logFile(name),
      stopSignal: 'SIGTERM',
      stopWithinMs: 12_000,
    };
  };
  const start = async (app: App, { name = app, env = {} }: StartOptions = {}): Promise<RunningApp> => {
    const logFile = context.logFile(name);
    const from = logEnd(logFile);
    const { process: kept } = await supervised(() => startKept(context.processes, specOf(app, name, env)));
    const one: RunningApp = {
      app,
      name,
      pid: kept.pid,
      exited: kept.exited,
      log: () => readLogEvents(logFile, from),
      signal: (signal) => kept.signal(signal),
      async freeze() {
        kept.signal('SIGSTOP');
        await waitUntil(() => stateOf(kept.pid).startsWith('T') || undefined, { withinMs: END_WITHIN_MS });
      },
      stop: () => kept.stop(),
    };
    running.set(name, one);
    if (name !== app || Object.keys(env).length > 0) changed.add(name);
    void kept.exited.then(({ code }) => {
      if (code === EXIT_BROKEN) broken.push(`${name} ended of an error that nobody caught; see ${logFile}`);
      if (running.get(name) !== one) return;
      running.delete(name);
      changed.delete(name);
    });
    return one;
  };
  const get = (name: string): RunningApp => {
    const one = running.get(name);
    if (one === undefined) throw new Error(`${name} does not run`);
    return one;
  };
  return {
    running,
    broken() {
      const found = broken;
      broken = [];
      return found;
    },
    start,
    async restart(app, env) {
      await get(app).stop();
      return start(app, { env });
    },
    async runToEnd(app, env = {}) {
      const kept = await context.processes.start(specOf(app, app, env));
      const exit = await waitUntil(() => kept.exit(), { withinMs: END_WITHIN_MS });
      if (exit !== undefined) return exit;
      await kept.stop();
      throw new Error(`${app} did not end by itself within ${END_WITHIN_MS} ms`);
    },
    get,
    async kill(name) {
      const one = get(name);
      one.signal('SIGKILL');
      await one.exited;
    },
    async makeWhole(renew) {
      const stopping = [...running.values()].filter(({ name }) => changed.has(name) || renew.has(name));
      for (const one of stopping) one.signal('SIGCONT');
      await Promise.all(stopping.map((one) => one.stop()));
      await Promise.all(apps.filter((app) => !running.has(app)).map((app) => start(app)));
    },
  };
}
