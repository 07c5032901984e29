import { apps } from '@mail/local/app-environment';
import { startApp } from '@mail/local/start-apps';
import type { Figures } from '../report/figures.ts';
import type { BenchWorld } from '../world/bench-world.ts';

/** From the start of each process, alone, until it says that it is ready. */
export async function measureColdStart({ context, servers, surroundings }: BenchWorld, rounds: number, figures: Figures): Promise<void> {
  const database = 'bench_cold_start';
  const postgresDsn = await servers.makeDatabase(database, 'ours');
  for (let round = 1; round <= rounds; round += 1) {
    await context.progress.step(`h ${round}/${rounds}: each process alone`, async (note) => {
      for (const app of apps) {
        const { process, tookMs } = await startApp(context, app, {
          postgresDsn,
          redisAddr: `127.0.0.1:${surroundings.redisPort}`,
          redisPassword: surroundings.redisPassword,
          smtpAddr: `127.0.0.1:${surroundings.smtpPort}`,
          httpAddr: surroundings.api.slice('http://'.length),
          settings: { NODE_ENV: 'production', MAIL_SMTP_INSECURE_SKIP_VERIFY: 'true' },
        });
        figures.add({ measurement: 'h', what: 'to ready, s', whose: app, round, value: tookMs / 1000 });
        note(`${app} ${(tookMs / 1000).toFixed(1)} s`);
        await process.stop();
      }
    });
  }
  await servers.dropDatabase(database);
}
