import type { BenchOptions } from '../bench-options.ts';
import type { ContenderName } from '../contenders/contender-names.ts';
import type { Figures } from '../report/figures.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { latency } from './latency.ts';

interface Run {
  readonly whose: string;
  readonly name: ContenderName;
  readonly door: 'stream' | 'http';
}

/** Rounds of single mails, 10 a second: ours by HTTP, and also by the stream, which has a server more on the way. */
export async function measureLatency(
  world: BenchWorld,
  { rounds, probes, peers, variants }: BenchOptions,
  figures: Figures,
): Promise<void> {
  const runs: Run[] = [
    { whose: 'ours', name: 'ours', door: 'http' },
    ...peers.map((name): Run => ({ whose: name, name, door: 'stream' })),
    ...(variants ? [{ whose: 'ours, by stream', name: 'ours', door: 'stream' } satisfies Run] : []),
  ];
  for (let round = 1; round <= rounds; round += 1) {
    for (const { whose, name, door } of runs) {
      await world.context.progress.step(`d ${round}/${rounds}: ${whose}`, async (note) => {
        const { p50, p99 } = await latency(world, name, { probes, door });
        figures.add({ measurement: 'd', what: 'p50, ms', whose, round, value: p50 });
        figures.add({ measurement: 'd', what: 'p99, ms', whose, round, value: p99 });
        note(`${p50.toFixed(1)} ms p50, ${p99.toFixed(1)} ms p99`);
      });
    }
  }
}
