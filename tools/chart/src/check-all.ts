import { readFileSync, writeFileSync } from 'node:fs';
import type { Progress } from '@mail/local/progress';
import { CHECKS } from './checks/all.ts';
import { alertRuleFaults } from './check-alert-rules.ts';
import { findHelm } from './find-helm.ts';
import { REFERENCE, referenceFault, withReference } from './reference.ts';
import { CHART, lint, render, valueSets } from './render.ts';
import { valuesSchemaFaults } from './values-schema.ts';

export interface Tally {
  passed: number;
  failed: number;
}

/** Every check over every value set; what each has to say is printed, and counted in `tally`. */
export async function checkAll(progress: Progress, tally: Tally, options: { readonly write: boolean }): Promise<void> {
  const tell = (check: string, faults: readonly string[]): void => {
    tally[faults.length === 0 ? 'passed' : 'failed'] += 1;
    progress.line(`${faults.length === 0 ? '✓' : '✗'} ${check}`);
    for (const fault of faults) progress.line(`    ${fault.replaceAll('\n', '\n    ')}`);
  };
  if (options.write) writeFileSync(REFERENCE, withReference(readFileSync(REFERENCE, 'utf8')));
  const helm = findHelm();
  for (const [set, file] of valueSets()) {
    const linted = lint(helm, CHART, ['--values', file]);
    tell(`${set}: helm lint --strict`, linted === undefined ? [] : [linted]);
    const rendering = render(helm, CHART, ['--values', file]);
    tell(`${set}: helm template`, 'fault' in rendering ? [rendering.fault] : []);
    if ('fault' in rendering) continue;
    for (const [name, check] of Object.entries(CHECKS)) tell(`${set}: ${name}`, await check(rendering.manifests));
  }
  for (const [name, faults] of Object.entries(alertRuleFaults())) tell(`alerts: ${name}`, faults);
  tell('README.md is what the values say', referenceFault());
  tell('values.schema.json is what the values say', valuesSchemaFaults());
}
