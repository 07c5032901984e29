import pg from 'pg';
import type { BenchOptions } from '../bench-options.ts';
import type { Span } from '../programs/producer.ts';
import type { Figures } from '../report/figures.ts';
import { benchMail } from '../world/bench-mail.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { monotonicMs } from '../world/monotonic-ms.ts';
import { startProgram } from '../world/start-program.ts';

const BATCH = 500;

async function nodemailerAlone({ context, surroundings }: BenchWorld, mails: number): Promise<number> {
  const program = await startProgram(context, 'nodemailer-alone', [surroundings.peerFolder, String(surroundings.smtpPort)]);
  try {
    await program.ask<Span>('send', { from: 0, count: Math.ceil(mails / 10) });
    const { startedMs, endedMs } = await program.ask<Span>('send', { from: mails, count: mails });
    return (mails * 1000) / (endedMs - startedMs);
  } finally {
    await program.process.stop();
  }
}

/** One client, one table of a key and the mail, batches of 500 in a transaction each. */
async function batchedInserts({ servers }: BenchWorld, rows: number): Promise<number> {
  const client = new pg.Client({ connectionString: await servers.makeDatabase('bench_limits', 'empty') });
  await client.connect();
  try {
    await client.query('create table mails (id uuid primary key, mail jsonb not null)');
    const text = JSON.stringify(benchMail(0));
    const insert = async (count: number): Promise<void> => {
      const values = [Array.from({ length: count }, () => text)];
      await client.query({ name: 'insert', text: 'insert into mails select uuidv7(), mail from unnest($1::jsonb[]) as mail', values });
    };
    await insert(BATCH);
    await servers.query('checkpoint');
    const startedMs = monotonicMs();
    for (let done = 0; done < rows; done += BATCH) await insert(BATCH);
    return (rows * 1000) / (monotonicMs() - startedMs);
  } finally {
    await client.end();
    await servers.dropDatabase('bench_limits');
  }
}

/** What the parts can do that everybody stands on: the denominators. */
export async function measureLimits(world: BenchWorld, { rounds, mails }: BenchOptions, figures: Figures): Promise<void> {
  for (let round = 1; round <= rounds; round += 1) {
    await world.context.progress.step(`j ${round}/${rounds}`, async (note) => {
      const sent = await nodemailerAlone(world, mails);
      figures.add({ measurement: 'j', what: 'straight to the SMTP server, mails/s', whose: 'nodemailer', round, value: sent });
      const stored = await batchedInserts(world, Math.ceil(mails / BATCH) * BATCH);
      figures.add({ measurement: 'j', what: 'batches of 500, rows/s', whose: 'PostgreSQL', round, value: stored });
      note(`nodemailer ${Math.round(sent)} mails/s, PostgreSQL ${Math.round(stored)} rows/s`);
    });
  }
}
