import type { BenchOptions } from '../bench-options.ts';
import { startContender } from '../contenders/contender.ts';
import type { ContenderName } from '../contenders/contender-names.ts';
import { apps } from '@mail/local/app-environment';
import type { Figures } from '../report/figures.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { seedDeliveries } from '../world/seed-deliveries.ts';
import { WARM_UP_FROM } from './end-to-end.ts';
import { takeTimes } from './latency.ts';
import type { Latency } from './latency.ts';

/** Bulk mails that have gone when the first code is asked for: sending is then at its full pace. */
const UNDER_WAY = 300;
const WITHIN_MS = 120_000;
/** Handed over one by one before anything is sent: who asks for a code meets a door that is in use. */
const AT_THE_DOOR = 100;

interface Ahead {
  readonly backlog: number;
  readonly probes: number;
  /** Of ours: with the backlog in it already. */
  readonly database?: string;
}

/** Times of codes that are asked for while a backlog of bulk mails is sent. Throws where the backlog did not last. */
async function overBacklog(world: BenchWorld, name: ContenderName, { backlog, probes, database }: Ahead): Promise<Latency> {
  const { sink } = world;
  const contender = await startContender(world, name, {
    door: 'http',
    tunedFor: 'latency',
    apps: apps.filter((app) => app !== 'attempt-worker'),
    ...(database === undefined ? {} : { database }),
  });
  try {
    if (database === undefined) await contender.many({ from: 0, count: backlog });
    await contender.oneByOne({ from: WARM_UP_FROM, count: AT_THE_DOOR, callers: 1 });
    await sink.reset();
    await contender.startSending();
    await sink.await(UNDER_WAY, WITHIN_MS);
    const times = await takeTimes(world, contender, probes, 'urgent');
    const { mails } = await sink.tally();
    if (mails >= backlog + AT_THE_DOOR + probes) throw new Error(`${name} had sent its backlog before the last code was asked for.`);
    return times;
  } finally {
    await contender.stop();
  }
}

async function seeded(world: BenchWorld, backlog: number, name: string): Promise<string> {
  const { servers, context } = world;
  await context.progress.step(`e: ${backlog} bulk deliveries`, async (note) => {
    const dsn = await servers.makeDatabase(name, 'ours');
    await seedDeliveries(dsn, backlog, { as: 'backlog', progress: (done) => note(`${done}`) });
  });
  return name;
}

/** Rounds of login codes over a backlog: everybody over the smallest, ours over each. */
export async function measureUrgent(world: BenchWorld, options: BenchOptions, figures: Figures): Promise<void> {
  const [smaller = 0, ...larger] = options.backlogs;
  const probes = Math.ceil(options.probes / 2);
  const measure = (title: string, whose: ContenderName, label: string, round: number, ahead: Ahead): Promise<void> =>
    world.context.progress.step(`e ${round}/${options.rounds}: ${title}`, async (note) => {
      const { p50, p99 } = await overBacklog(world, whose, ahead);
      figures.add({ measurement: 'e', what: `p50 over ${label}, ms`, whose, round, value: p50 });
      figures.add({ measurement: 'e', what: `p99 over ${label}, ms`, whose, round, value: p99 });
      note(`${p50.toFixed(0)} ms p50, ${p99.toFixed(0)} ms p99`);
    });
  const large: { backlog: number; database: string }[] = [];
  for (const backlog of larger) large.push({ backlog, database: await seeded(world, backlog, `bench_backlog_${backlog}`) });
  for (let round = 1; round <= options.rounds; round += 1) {
    const database = await seeded(world, smaller, 'bench_backlog');
    await measure(`ours over ${smaller}`, 'ours', 'the smaller backlog', round, { backlog: smaller, probes, database });
    await world.servers.dropDatabase(database);
    for (const name of options.peers) {
      await measure(`${name} over ${smaller}`, name, 'the smaller backlog', round, { backlog: smaller, probes });
    }
    for (const ahead of large) await measure(`ours over ${ahead.backlog}`, 'ours', String(ahead.backlog), round, { ...ahead, probes });
  }
  for (const { database } of large) await world.servers.dropDatabase(database);
}
