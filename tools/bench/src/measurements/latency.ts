import { startContender } from '../contenders/contender.ts';
import type { Contender, ContenderOptions } from '../contenders/contender.ts';
import type { ContenderName } from '../contenders/contender-names.ts';
import { quantile } from '../report/spread.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import type { MailKind } from '../world/bench-mail.ts';
import { WARM_UP_FROM } from './end-to-end.ts';

/** From the beginning of the call that hands a mail over until the SMTP server has accepted it, in ms. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

const PER_SECOND = 10;
const WARM_UP = 200;
const WITHIN_MS = 60_000;

/** Hands probes over at a steady rate, and takes their times. Mails that have come before do not count. */
export async function takeTimes(world: BenchWorld, contender: Contender, count: number, kind: MailKind): Promise<Latency> {
  const begun = await contender.steadily({ from: 0, count, perSecond: PER_SECOND, kind });
  const arrived = await world.sink.probes(count, WITHIN_MS);
  const times = Object.entries(begun).flatMap(([number, startedMs]) => {
    const ms = arrived[number];
    return ms === undefined ? [] : [ms - startedMs];
  });
  if (times.length < count) throw new Error(`${contender.name}: ${times.length} of ${count} probes have come.`);
  times.sort((one, other) => one - other);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Latency of single mails, while nothing else is done. */
export async function latency(
  world: BenchWorld,
  name: ContenderName,
  { probes, ...options }: { probes: number } & ContenderOptions,
): Promise<Latency> {
  const contender = await startContender(world, name, { ...options, tunedFor: 'latency' });
  try {
    await world.sink.reset();
    await contender.many({ from: WARM_UP_FROM, count: WARM_UP });
    await world.sink.await(WARM_UP, WITHIN_MS);
    await contender.settled();
    await world.sink.reset();
    return await takeTimes(world, contender, probes, 'probe');
  } finally {
    await contender.stop();
  }
}
