import { writeFileSync } from 'node:fs';
import { chaosFigures } from './chaos/chaos-figures.ts';
import type { ChaosResult } from './chaos/run-chaos.ts';
import type { ScenarioResult } from './run-scenario.ts';
import { components } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const seconds = (ms: number | null): string => (ms === null ? '–' : (ms / 1000).toFixed(1));

/** The long run, as a section. */
function chaosSection(chaos: ChaosResult | null): string[] {
  if (chaos === null) return [];
  const { commands, seconds, killEverySeconds } = chaos.options;
  return [
    '## Random kills',
    '',
    `\`npm run test:faults -- --chaos --commands ${commands} --seconds ${seconds} --kill-every ${killEverySeconds}\`: SIGKILL of one of the five`,
    `processes, at random, every ${killEverySeconds} s while commands come through the stream and by HTTP. Each second copy is of a mail that a`,
    'killed worker had in progress.',
    '',
    '| | |',
    '| --- | --- |',
    ...chaosFigures(chaos).map(([name, value]) => `| ${name} | ${value} |`),
    '',
  ];
}

const sum = (results: readonly ScenarioResult[], count: (result: ScenarioResult) => number): number =>
  results.reduce((whole, result) => whole + count(result), 0);

/** All runs of one scenario in one row. */
function rowOf({ fault, id }: Scenario, runs: readonly ScenarioResult[]): string {
  const recoveries = runs.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  const cells = [
    fault,
    `\`${id}\``,
    runs.length,
    sum(runs, ({ verdict }) => verdict.commands),
    sum(runs, ({ verdict }) => verdict.lost.length),
    `${sum(runs, ({ verdict }) => verdict.duplicated.length)} (≤ ${sum(runs, ({ mayDuplicate }) => mayDuplicate)})`,
    sum(runs, ({ verdict }) => verdict.uncertain),
    seconds(recoveries.length === 0 ? null : Math.max(...recoveries)),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Writes what whole runs have shown, as a table a component, and the long run's figures. */
export function writeCrashMatrix(
  file: string,
  results: readonly ScenarioResult[],
  chaos: ChaosResult | null,
  seeds: readonly string[],
): void {
  const tables = components.flatMap((component) => {
    const mine = results.filter(({ scenario, skipped }) => scenario.component === component && skipped === null);
    if (mine.length === 0) return [];
    const rows = [...new Set(mine.map(({ scenario }) => scenario))].map((scenario) =>
      rowOf(
        scenario,
        mine.filter((result) => result.scenario === scenario),
      ),
    );
    const head = [
      '| fault | scenario | runs | commands | lost | doubled | uncertain | recovered in s |',
      '| --- | --- | --: | --: | --: | --: | --: | --: |',
    ];
    return [`## ${component}`, '', ...head, ...rows, ''];
  });
  const total = (count: (result: ScenarioResult) => number): number => sum(results, count);
  const text = [
    '# Crash matrix',
    '',
    '<!-- Written by `npm run test:faults -- --matrix`: do not edit. -->',
    '',
    'What each fault costs, seen on the five built processes with a real PostgreSQL, Redis and SMTP server. *Lost*: acknowledged to the',
    'caller, and neither delivered nor visibly ended. *Doubled*: copies beyond the first, by the SMTP server’s own record, in brackets the',
    'attempts that were in flight at the fault; each copy has the same Message-ID and the same bytes. *Uncertain*: recipients whose mail may',
    'or may not be out at the end. *Recovered*: from the fault until every command had come to its end, at the longest, with the short time-outs of the',
    'suite (SMTP 3 s, claim margin 1 s): in production add the difference to your own.',
    '',
    `Seed ${seeds.join(', ')}: ${results.length} runs of ${new Set(results.map(({ scenario }) => scenario)).size} scenarios, ${total(({ verdict }) => verdict.commands)} commands,`,
    `${total(({ verdict }) => verdict.lost.length)} lost, ${total(({ verdict }) => verdict.duplicated.length)} doubled.`,
    '',
    ...tables,
    ...chaosSection(chaos),
  ];
  writeFileSync(file, `${text.join('\n').trimEnd()}\n`);
}
