import type { BenchOptions } from '../bench-options.ts';
import type { Figures } from '../report/figures.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { httpIntake, oneTransactionIntake } from './http-intake.ts';

/** Rounds of acceptance over HTTP, beside one transaction a request on the same stack. */
export async function measureHttpIntake(world: BenchWorld, { rounds, httpSeconds }: BenchOptions, figures: Figures): Promise<void> {
  const intakes = { ours: httpIntake, 'one transaction a request': oneTransactionIntake };
  for (let round = 1; round <= rounds; round += 1) {
    for (const [whose, intake] of Object.entries(intakes)) {
      await world.context.progress.step(`b ${round}/${rounds}: ${whose}`, async (note) => {
        const rates = await intake(world, httpSeconds);
        for (const [connections, value] of rates) {
          figures.add({ measurement: 'b', what: `at ${connections} connections, requests/s`, whose, round, value });
        }
        note([...rates].map(([connections, rate]) => `${Math.round(rate)} requests/s at ${connections}`).join(', '));
      });
    }
  }
}
