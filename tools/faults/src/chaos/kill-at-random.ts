import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { apps } from '../world/mail-apps.ts';
import type { App } from '../world/mail-apps.ts';

export interface Kill {
  readonly app: App;
  /** Of a worker: the recipients whose mail it may have sent without its outcome being written. */
  readonly inFlight: readonly string[];
}

export interface Killing {
  readonly kills: readonly Kill[];
  /** Ends it; resolves once everything that was killed runs again. */
  stop(): Promise<void>;
}

/** What a worker that is dead now had in progress: its worker id begins with host and process id. */
const IN_FLIGHT = `
  select r.address from attempts a join delivery_recipients r using (delivery_id)
  where a.status = 'in_progress' and a.worker_id like '%:' || $1 || ':%' and r.outcome <> 'accepted'`;

/** Where every processor is busy with starting processes, what is only slow must not count as lost: that would make second copies by itself. */
const PATIENT = { MAIL_SCHEDULER_CLAIM_MARGIN: '5s' };
const LOOKED_AFTER: readonly App[] = ['scheduler', 'attempt-worker'];

const start = ({ world }: Stage, app: App): Promise<unknown> => world.apps.start(app, { env: LOOKED_AFTER.includes(app) ? PATIENT : {} });

/**
 * Sends SIGKILL to one of the five processes at random whenever `everyMs` has passed, and starts it again at once, as a supervisor
 * does. One that is not up yet is not killed again.
 */
export async function killAtRandom(stage: Stage, everyMs: number): Promise<Killing> {
  const { world, random } = stage;
  await Promise.all(LOOKED_AFTER.map((app) => world.apps.restart(app, PATIENT)));
  const kills: Kill[] = [];
  const starting = new Map<App, Promise<unknown>>();
  const stopping = new AbortController();

  const note =
    (what: string) =>
    (error: unknown): void =>
      stage.check(false, `${what}: ${String(error)}`);
  const killOne = async (): Promise<void> => {
    const up = apps.filter((app) => world.apps.running.has(app));
    const app = up[Math.floor(random() * up.length)];
    if (app === undefined) return;
    const { pid } = world.apps.get(app);
    await world.apps.kill(app);
    stage.faulted();
    // A take that the dead worker had asked for may still come in, and sent nothing; a record only makes this less.
    const rows = app === 'attempt-worker' ? await world.query<{ address: string }>(IN_FLIGHT, [pid]) : [];
    const inFlight = rows.map(({ address }) => address);
    kills.push({ app, inFlight });
    stage.mayDuplicate(inFlight.length);
    starting.set(app, start(stage, app).catch(note(`${app} did not start again`)));
  };
  const killing = (async () => {
    for (;;) {
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await killOne().catch(note('a process could not be killed'));
    }
  })();
  return {
    kills,
    async stop() {
      stopping.abort();
      await killing;
      await Promise.all(starting.values());
    },
  };
}
