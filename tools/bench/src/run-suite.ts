import type { Context } from '@mail/local/run-command';
import { Trouble } from '@mail/local/trouble';
import type { BenchOptions } from './bench-options.ts';
import { minutesFor, partsFor } from './measurements/index.ts';
import { installPeers } from './peers/install-peers.ts';
import { collectFigures } from './report/figures.ts';
import { machine } from './report/machine.ts';
import { printFigures, printTargets } from './report/print-figures.ts';
import { judge } from './report/targets.ts';
import { writeBenchmarks } from './report/write-benchmarks.ts';
import { makeBenchWorld } from './world/bench-world.ts';
import { canReadCosts } from './world/process-costs.ts';
import { startServers } from './world/servers.ts';

/** Measures what the options ask for; resolves to the exit code. The service is built. */
export async function runSuite(context: Context, options: BenchOptions): Promise<number> {
  if (!canReadCosts()) throw new Trouble('The bench reads processor time from /proc, which is not here.', 'Run it on Linux.');
  const { progress } = context;
  progress.line(`  ${machine()}`);
  progress.line(`  About ${minutesFor(options)} minutes, on two cores with nothing else to do.`);
  const peerFolder = await installPeers(context);
  const servers = await startServers(context);
  const world = await makeBenchWorld(context, servers, peerFolder);
  const figures = collectFigures();
  for (const part of partsFor(options)) await part.run(world, options, figures);
  printFigures(progress, figures);
  const judged = judge(figures);
  printTargets(progress, judged);
  if (options.write) {
    const date = new Date().toISOString().slice(0, 10);
    const { rounds, mails, commands, probes } = options;
    const size = `${rounds} rounds, ${mails} mails end to end, ${commands} commands from the stream, ${probes} single mails`;
    const versions = { postgresVersion: servers.postgres.version, redisVersion: servers.redis.version };
    await writeBenchmarks(context, { figures, about: { date, machine: machine(), size }, ...versions });
  }
  return judged.some(({ verdict }) => verdict === 'missed') ? 1 : 0;
}
