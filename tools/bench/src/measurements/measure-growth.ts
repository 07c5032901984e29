import type { BenchOptions } from '../bench-options.ts';
import type { Figures } from '../report/figures.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { finishQueued, seedDeliveries } from '../world/seed-deliveries.ts';
import { endToEnd } from './end-to-end.ts';
import { httpIntake } from './http-intake.ts';
import { latency } from './latency.ts';
import { streamIntake } from './stream-intake.ts';

const databaseOf = (finished: number): string => `bench_finished_${finished}`;

async function seed({ servers, context }: BenchWorld, finished: number): Promise<void> {
  await context.progress.step(`f: ${finished} finished deliveries`, async (note) => {
    const dsn = await servers.makeDatabase(databaseOf(finished), 'ours');
    await seedDeliveries(dsn, finished, { as: 'finished', progress: (done) => note(String(done)) });
  });
}

/** Rounds of ours alone, each measurement over each number of finished deliveries. */
export async function measureGrowth(world: BenchWorld, options: BenchOptions, figures: Figures): Promise<void> {
  const { rounds, finished, mails, commands, warmUp, probes, httpSeconds } = options;
  for (const count of finished) await seed(world, count);
  for (let round = 1; round <= rounds; round += 1) {
    for (const count of finished) {
      const database = databaseOf(count);
      await world.context.progress.step(`f ${round}/${rounds}: over ${count}`, async (note) => {
        const add = (what: string, value: number): void => {
          figures.add({ measurement: 'f', what: `${what} with ${count / 1e6} million`, whose: 'ours', round, value });
        };
        const accepted = await streamIntake(world, 'ours', { commands, warmUp, database });
        add('commands/s', accepted);
        const http = await httpIntake(world, httpSeconds, { database });
        for (const [connections, value] of http) if (connections === 32) add('requests/s', value);
        // What was accepted and not sent would be sent with the next measurement's mails.
        await finishQueued(world.servers.dsn(database));
        const { mailsPerSecond } = await endToEnd(world, 'ours', { mails, warmUp, database });
        add('mails/s', mailsPerSecond);
        const { p50, p99 } = await latency(world, 'ours', { probes, door: 'http', database });
        add('p50, ms', p50);
        add('p99, ms', p99);
        note(`${Math.round(accepted)} commands/s, ${Math.round(mailsPerSecond)} mails/s, ${p50.toFixed(1)} ms p50`);
      });
    }
  }
  for (const count of finished) await world.servers.dropDatabase(databaseOf(count));
}
