import { setTimeout as pause } from 'node:timers/promises';
import { logTail } from '../log-tail.ts';
import { Trouble } from '../trouble.ts';
import type { DemoWorld } from './demo-world.ts';
import { openAttempts, statusCounts, streamCounts } from './outcomes.ts';
import type { StatusCount } from './outcomes.ts';

const POLL_MS = 200;
/** Longer than a recovery of stale claims takes with the default settings. */
const STALLED_AFTER_MS = 120_000;

const words = (counts: readonly StatusCount[]): string => counts.map(({ status, count }) => `${count} ${status}`).join(', ') || 'none';

/** A process that ended by itself, rather than by our kill, is a fault however the mails fare. */
function failIfEnded({ apps, context }: DemoWorld): void {
  for (const [app, { process }] of apps) {
    const exit = process.exit();
    if (exit === undefined) continue;
    const log = context.logFile(app);
    throw new Trouble(`${app} ended by itself (${exit.signal ?? `exit ${exit.code}`}):\n${logTail(log)}`, `The whole log is ${log}`);
  }
}

/** Waits until the stream is read to its end and every delivery has ended. Rejects once nothing has moved for two minutes. */
export async function awaitOutcomes(world: DemoWorld, wanted: { entries: number; deliveries: number }): Promise<void> {
  const { context, database, run, stream } = world;
  await context.progress.step('Outcomes', async (note) => {
    let last = '';
    let movedMs = performance.now();
    for (;;) {
      failIfEnded(world);
      const counts = await statusCounts(database, run);
      const { consumed } = await streamCounts(database, stream);
      const ended = counts.filter(({ status }) => status !== 'queued').reduce((sum, { count }) => sum + count, 0);
      const state = `stream ${consumed}/${wanted.entries}, ended ${ended}/${wanted.deliveries} (${words(counts)})`;
      note(state);
      if (consumed >= wanted.entries && ended >= wanted.deliveries && !counts.some(({ status }) => status === 'queued')) return;
      if (state !== last) movedMs = performance.now();
      last = state;
      if (performance.now() - movedMs > STALLED_AFTER_MS) {
        throw new Trouble(
          `Nothing has moved for ${STALLED_AFTER_MS / 1000} s: ${state}; live attempts: ${words(await openAttempts(database))}.`,
          `The logs of the processes: ${context.logFile('*')}`,
        );
      }
      await pause(POLL_MS);
    }
  });
}
