import { startContender } from '../contenders/contender.ts';
import type { ContenderOptions } from '../contenders/contender.ts';
import type { ContenderName } from '../contenders/contender-names.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { watchCosts } from '../world/watch-costs.ts';
import type { Costs } from '../world/watch-costs.ts';

export interface EndToEnd {
  readonly mailsPerSecond: number;
  readonly bytesPerMail: number;
  readonly costs: Costs;
}

const WITHIN_MS = 300_000;
/** Mails of the warm-up are numbered from here on. */
export const WARM_UP_FROM = 100_000_000;

/**
 * Hands mails over as fast as they are taken, while the contender sends: from the first call until the SMTP server has accepted the
 * last. Costs are counted until nothing is left to do. Throws where a mail came twice or not at all.
 */
export async function endToEnd(
  world: BenchWorld,
  name: ContenderName,
  { mails, warmUp, ...options }: { mails: number; warmUp: number } & ContenderOptions,
): Promise<EndToEnd> {
  const { sink, servers } = world;
  const contender = await startContender(world, name, options);
  try {
    await sink.reset();
    await contender.many({ from: WARM_UP_FROM, count: warmUp });
    await sink.await(warmUp, WITHIN_MS);
    await contender.settled();
    await sink.reset();
    await servers.query('checkpoint');
    const costsSoFar = await watchCosts(world, contender);
    const { startedMs } = await contender.many({ from: 0, count: mails });
    const { lastMs } = await sink.await(mails, WITHIN_MS);
    await contender.settled();
    const costs = await costsSoFar();
    const tally = await sink.tally();
    if (tally.mails !== mails || tally.distinct !== mails) {
      throw new Error(`${name} sent ${tally.mails} mails to ${tally.distinct} addresses, and was asked for ${mails}.`);
    }
    return { mailsPerSecond: (mails * 1000) / (lastMs - startedMs), bytesPerMail: tally.bytes / mails, costs };
  } finally {
    await contender.stop();
  }
}
