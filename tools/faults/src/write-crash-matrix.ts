import { writeFileSync } from 'node:fs';
import { chaosFigures } from './chaos/chaos-figures.ts';
import type { ChaosResult } from './chaos/run-chaos.ts';
import { components } from './scenario.ts';
import type { ScenarioResult } from './run-scenario.ts';

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

/** Writes what a whole run has shown, as a table a component, and the long run's figures. */
export function writeCrashMatrix(file: string, results: readonly ScenarioResult[], chaos: ChaosResult | null, seed: string): void {
  const tables = components.flatMap((component) => {
    const mine = results.filter(({ scenario, skipped }) => scenario.component === component && skipped === null);
    if (mine.length === 0) return [];
    const rows = mine.map(({ scenario, verdict, mayDuplicate, recoveryMs }) =>
      [
        '',
        scenario.fault,
        `\`${scenario.id}\``,
        verdict.commands,
        verdict.lost.length,
        `${verdict.duplicated.length} (≤ ${mayDuplicate})`,
        verdict.uncertain,
        seconds(recoveryMs),
        '',
      ]
        .join(' | ')
        .trim(),
    );
    const head = [
      '| fault | scenario | commands | lost | doubled | uncertain | recovered in s |',
      '| --- | --- | --: | --: | --: | --: | --: |',
    ];
    return [`## ${component}`, '', ...head, ...rows, ''];
  });
  const total = (count: (result: ScenarioResult) => number): number => results.reduce((sum, result) => sum + count(result), 0);
  const text = [
    '# Crash matrix',
    '',
    '<!-- Written by `npm run test:faults -- --matrix`: do not edit. -->',
    '',
    'What each fault costs, seen on the five built processes with a real PostgreSQL, Redis and SMTP server. *Lost*: acknowledged to the',
    'caller, and neither delivered nor visibly ended. *Doubled*: copies beyond the first, by the SMTP server’s own record, in brackets the',
    'attempts that were in flight at the fault; each copy has the same Message-ID and the same bytes. *Uncertain*: recipients whose mail may',
    'or may not be out at the end. *Recovered*: from the fault until every command had come to its end, with the short time-outs of the',
    'suite (SMTP 3 s, claim margin 1 s): in production add the difference to your own.',
    '',
    `Seed ${seed}: ${results.length} scenarios, ${total(({ verdict }) => verdict.commands)} commands,`,
    `${total(({ verdict }) => verdict.lost.length)} lost, ${total(({ verdict }) => verdict.duplicated.length)} doubled.`,
    '',
    ...tables,
    ...chaosSection(chaos),
  ];
  writeFileSync(file, `${text.join('\n').trimEnd()}\n`);
}
