import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import type { SentCommand } from '../verify/verify.ts';
import { findFaketime } from '../world/find-faketime.ts';
import { apps as allApps } from '../world/mail-apps.ts';
import type { App } from '../world/mail-apps.ts';

const HOUR_S = 3600;
const HALF_AN_HOUR_MS = 1_800_000;
const LATER_MS = 1500;

const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();

/** Sets the clock of each process this many seconds off, while it runs. */
type SetClocks = (offsetOf: (app: App, index: number) => number) => void;

/** Starts all five anew with clocks that can be set; the monotonic ones stay as they are. */
async function withClocks({ world }: Stage, library: string): Promise<SetClocks> {
  const fileOf = (app: App): string => join(world.context.folder, `${app}.clock`);
  const set: SetClocks = (offsetOf) => allApps.forEach((app, index) => writeFileSync(fileOf(app), signed(offsetOf(app, index))));
  set(() => 0);
  const env = { LD_PRELOAD: library, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  await Promise.all(allApps.map((app) => world.apps.restart(app, { ...env, FAKETIME_TIMESTAMP_FILE: fileOf(app) })));
  return set;
}

function signed(seconds: number): string {
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`;
}

/** By the SMTP server’s own record; in ms of the suite’s monotonic clock. */
function arrivals({ world }: Stage, commands: readonly SentCommand[]): number[] {
  const recipients = new Set(commands.flatMap(({ recipients }) => recipients));
  return world.sink.copies.filter(({ recipient }) => recipients.has(recipient)).map(({ atMs }) => atMs);
}

export const clockScenarios: readonly Scenario[] = [
  {
    id: 'clock-jumps',
    component: 'clock',
    fault: 'The clocks of the five jump by an hour under load, some ahead and some back, and then the other way round',
    async run(stage) {
      const library = findFaketime(stage.world.context.state.path);
      if (library === null) return stage.skip('libfaketime cannot be had: no Debian package of that name can be downloaded here');
      const set = await withClocks(stage, library);
      for (const first of [HOUR_S, -HOUR_S]) {
        const traffic = stage.traffic(20);
        const before = stage.commands.length;
        await stage.until('commands come', () => stage.commands.length >= before + 10);
        set((_app, index) => (index % 2 === 0 ? first : -first));
        stage.faulted();
        const dueAtMs = performance.now() + LATER_MS;
        const [later, lasting, past] = await Promise.all([
          stage.send(4, { command: { deliver_at: at(LATER_MS) } }),
          stage.send(4, { command: { expires_at: at(HALF_AN_HOUR_MS) } }),
          stage.send(4, { command: { expires_at: at(-HALF_AN_HOUR_MS) } }),
        ]);
        await traffic.stop();
        await stage.settled();
        const early = arrivals(stage, later).filter((atMs) => atMs < dueAtMs).length;
        stage.check(early === 0 && arrivals(stage, later).length >= later.length, `${early} mails went out before their deliver_at`);
        stage.check(arrivals(stage, lasting).length >= lasting.length, 'mails expired half an hour before their expires_at');
        stage.check(arrivals(stage, past).length === 0, 'mails went out half an hour after their expires_at');
      }
    },
  },
];
