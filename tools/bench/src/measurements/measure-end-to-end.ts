import type { BenchOptions } from '../bench-options.ts';
import type { ContenderName } from '../contenders/contender-names.ts';
import type { Figures } from '../report/figures.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { endToEnd } from './end-to-end.ts';
import type { EndToEnd } from './end-to-end.ts';

/** Servers and tools that no contender answers for. */
const NOT_ITS_OWN = ['Redis', 'sink', 'caller'];

function addFigures(figures: Figures, name: ContenderName, round: number, mails: number, result: EndToEnd): void {
  const { mailsPerSecond, bytesPerMail, costs } = result;
  const add = (measurement: 'c' | 'g' | 'i', what: string, whose: string, value: number): void =>
    figures.add({ measurement, what, whose, round, value });
  add('c', 'mails/s', name, mailsPerSecond);
  add('c', 'bytes/mail', name, bytesPerMail);
  const own = [...costs.cpuUs].filter(([process]) => !NOT_ITS_OWN.includes(process));
  const cpu = own.reduce((sum, [, value]) => sum + value, 0) / mails;
  add('i', 'CPU, µs/mail', name, cpu);
  for (const [process, value] of costs.cpuUs) add('i', `${process}, µs/mail`, name, value / mails);
  add('i', 'statements/mail', name, costs.statements / mails);
  add('i', 'WAL, bytes/mail', name, costs.walBytes / mails);
  if (name === 'ours') for (const [app, value] of costs.peakMb) add('g', 'peak, MB', app, value);
}

/** Rounds of all contenders in turn: mails a second, and what a mail costs. */
export async function measureEndToEnd(world: BenchWorld, options: BenchOptions, figures: Figures): Promise<void> {
  const names: ContenderName[] = ['ours', ...options.peers, ...(options.variants ? (['ours, rendered'] as const) : [])];
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const name of names) {
      await world.context.progress.step(`c ${round}/${options.rounds}: ${name}`, async (note) => {
        const result = await endToEnd(world, name, { mails: options.mails, warmUp: options.warmUp });
        addFigures(figures, name, round, options.mails, result);
        note(`${Math.round(result.mailsPerSecond)} mails/s`);
      });
    }
  }
}
