// `npm run simulate-scale`: what a load would do to the service, or what it needs, from measured service times.
import { writeFileSync } from 'node:fs';
import { loadChart } from './load-chart.ts';
import { readOptions, type Options } from './options.ts';
import { simulate } from './simulate.ts';
import { BUSY_AT_MOST, sizeComponents } from './size-components.ts';
import type { Outcome, System } from './system.ts';

const SHARES = [0.25, 0.5, 0.75, 1, 1.25, 1.5];
const CHART_SHARES = Array.from({ length: 15 }, (_, index) => 0.1 * (index + 1));

const at = (system: System, share: number): System => ({
  ...system,
  streamPerSecond: system.streamPerSecond * share,
  httpPerSecond: system.httpPerSecond * share,
});
const offered = ({ streamPerSecond, httpPerSecond }: System): number => streamPerSecond + httpPerSecond;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const time = (ms: number): string => (ms >= 10_000 ? `${(ms / 1000).toFixed(0)} s` : `${ms.toFixed(0)} ms`);

function printTable(rows: readonly { readonly system: System; readonly outcome: Outcome }[]): void {
  const head = ['mails/s', 'sent/s', 'p50', 'p99', 'PostgreSQL', 'consumer', 'intakes', 'workers', 'slots', ''];
  const cells = rows.map(({ system, outcome: { sentPerSecond, p50Ms, p99Ms, busy, stable } }) => [
    offered(system).toFixed(0),
    sentPerSecond.toFixed(0),
    time(p50Ms),
    time(p99Ms),
    ...[busy.postgres, busy.consumer, busy.intakes, busy.workers, busy.slots].map(percent),
    stable ? '' : 'falls behind',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of [head, ...cells]) console.log(row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}

const describe = ({ postgresCores, intakes, workers, slots }: System): string =>
  `PostgreSQL on ${postgresCores} cores, ${intakes} intake(s), 1 consumer, ${workers} worker(s) of ${slots} slots`;

function run({ system, p99AtMostMs, size, svg }: Options): number {
  let chosen = system;
  if (size) {
    const sizing = sizeComponents({ ...system, postgresCores: 1, intakes: 1, workers: 1 }, p99AtMostMs);
    if (sizing === undefined) {
      console.log(
        `No number of processes bears ${offered(system)} mails/s: one consumer, or one PostgreSQL, is not enough. Divide the stream: docs/scaling.md.`,
      );
      return 1;
    }
    chosen = sizing.system;
    console.log(
      `For ${offered(system)} mails/s with p99 ≤ ${time(p99AtMostMs)} and nothing above ${percent(BUSY_AT_MOST)}: ${describe(chosen)}.`,
    );
    console.log('Add one of each for when one is lost.\n');
  } else {
    console.log(`${describe(system)}\n`);
  }
  printTable(SHARES.map((share) => ({ system: at(chosen, share), outcome: simulate(at(chosen, share)) })));
  if (svg !== undefined) {
    const points = CHART_SHARES.map((share) => ({ perSecond: offered(chosen) * share, ...simulate(at(chosen, share)) }));
    writeFileSync(svg, loadChart(`Latency over load: ${describe(chosen)}`, points));
    console.log(`\nWritten: ${svg}`);
  }
  return 0;
}

try {
  process.exitCode = run(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\nnpm run simulate-scale -- --help lists what there is.`);
  process.exitCode = 64;
}
