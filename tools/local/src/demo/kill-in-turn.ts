import { apps } from '../app-environment.ts';
import type { App } from '../app-environment.ts';
import { startApp } from '../start-apps.ts';
import { waitUntil } from '../wait-until.ts';
import { addEntries } from './add-entries.ts';
import type { DemoWorld } from './demo-world.ts';
import { sendLoginCode } from './login-code.ts';
import type { LoginAnswer, LoginCode } from './login-code.ts';
import type { StreamEntry } from './traffic.ts';

/** Short times, so that what a killed process held is taken up again within seconds. */
export const hastySettings: Readonly<Record<string, string>> = {
  MAIL_SMTP_TIMEOUT: '5s',
  MAIL_SCHEDULER_CLAIM_MARGIN: '2s',
  MAIL_SCHEDULER_RECOVERY_INTERVAL: '1s',
  MAIL_STREAM_LEASE_TTL: '3s',
  MAIL_RETRY_SCHEDULE: '1s,2s,5s',
};
/** So slow an answer that mails are between their last byte and its reply at any moment. */
export const SLOW_REPLY_MS = 100;
const IN_DOUBT_WITHIN_MS = 10_000;

/**
 * Waits until a mail is out whose outcome is not recorded: the case that no queue can rule out. The inbox has stored it and has not
 * answered yet. Where mail goes to a server that is not ours, an attempt in progress has to do.
 */
async function untilInDoubt({ database, inbox }: DemoWorld): Promise<void> {
  const stored = async (): Promise<number> => {
    if (inbox === undefined) return Infinity;
    const response = await fetch(`${inbox.url}/api/count`);
    return ((await response.json()) as { count: number }).count;
  };
  const count = async (sql: string): Promise<number> => (await database.query<{ count: number }>(sql)).rows[0]?.count ?? 0;
  await waitUntil(
    async () => {
      const mails = await stored();
      const busy = await count(`select count(*)::integer as count from attempts where status = 'in_progress'`);
      const recorded = await count(`select count(*)::integer as count from attempts where outcome = 'provider_accepted'`);
      return busy > 0 && mails > recorded ? true : undefined;
    },
    { withinMs: IN_DOUBT_WITHIN_MS, everyMs: 5 },
  );
}

async function killAndRestart(world: DemoWorld, app: App): Promise<void> {
  const running = world.apps.get(app);
  if (running === undefined) throw new Error(`${app} does not run.`);
  running.process.signal('SIGKILL');
  const { signal } = await running.process.exited;
  if (signal !== 'SIGKILL') throw new Error(`${app} ended by itself before it was killed.`);
  world.apps.set(app, await startApp(world.context, app, world.surroundings));
}

/**
 * Sends the traffic in five parts, and in each of them kills one of the five processes by SIGKILL while it works: half a part
 * before, half while it is down. Login codes go over HTTP all the time, whether anybody listens or not.
 */
export async function sendWhileKilling(
  world: DemoWorld,
  entries: readonly StreamEntry[],
  logins: readonly LoginCode[],
): Promise<LoginAnswer[]> {
  const { context, redis, stream, api } = world;
  const share = <T>(all: readonly T[], part: number, parts: number): readonly T[] =>
    all.slice(Math.floor((all.length * part) / parts), Math.floor((all.length * (part + 1)) / parts));
  const answers: Promise<LoginAnswer>[] = [];
  for (const [index, app] of apps.entries()) {
    await context.progress.step(`kill -9 ${app}`, async (note) => {
      const [before, after] = [share(entries, 2 * index, 10), share(entries, 2 * index + 1, 10)];
      await addEntries(redis, stream, before);
      if (app === 'attempt-worker') await untilInDoubt(world);
      answers.push(...share(logins, index, 5).map((login) => sendLoginCode(api, login)));
      const restarted = killAndRestart(world, app);
      await addEntries(redis, stream, after);
      await restarted;
      note('killed in the middle of the traffic, and started again');
    });
  }
  return Promise.all(answers);
}
