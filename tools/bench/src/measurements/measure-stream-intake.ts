import type { BenchOptions } from '../bench-options.ts';
import type { ContenderName } from '../contenders/contender-names.ts';
import type { Figures } from '../report/figures.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { peerIntake, streamIntake } from './stream-intake.ts';

/** Rounds of acceptance: ours from the stream, the peers on PostgreSQL through their libraries. */
export async function measureStreamIntake(world: BenchWorld, options: BenchOptions, figures: Figures): Promise<void> {
  const ours: ContenderName[] = options.variants ? ['ours', 'ours, rendered'] : ['ours'];
  const sizes = { commands: options.commands, warmUp: options.warmUp };
  for (let round = 1; round <= options.rounds; round += 1) {
    const step = <T>(name: string, work: (note: (text: string) => void) => Promise<T>): Promise<T> =>
      world.context.progress.step(`a ${round}/${options.rounds}: ${name}`, work);
    const add = (whose: string, what: string, value: number): void => figures.add({ measurement: 'a', what, whose, round, value });
    for (const name of ours) {
      await step(name, async (note) => {
        const perSecond = await streamIntake(world, name, sizes);
        add(name, 'commands/s', perSecond);
        note(`${Math.round(perSecond)} commands/s`);
      });
    }
    // What BullMQ stores is in Redis, and not on the disk yet.
    for (const name of options.peers.filter((peer) => peer !== 'bullmq')) {
      await step(name, async (note) => {
        const { oneByOne, inBulk } = await peerIntake(world, name, sizes);
        add(name, 'one by one at 32, jobs/s', oneByOne);
        add(name, 'in bulk, jobs/s', inBulk);
        note(`${Math.round(oneByOne)} jobs/s one by one, ${Math.round(inBulk)} in bulk`);
      });
    }
  }
}
