import type { App } from '../app-environment.ts';
import type { Progress } from '../progress.ts';
import type { StartedProcess } from '../start-kept.ts';
import type { DeliveryOutcome, Refused } from './outcomes.ts';
import { processMemory } from './process-memory.ts';
import { table } from './table.ts';
import type { Asked } from './traffic.ts';

/** What happened to each kind of mail. */
export function printOutcomes(progress: Progress, asked: readonly Asked[], deliveries: readonly DeliveryOutcome[]): void {
  const byKey = new Map(deliveries.map((delivery) => [`${delivery.source} ${delivery.idempotency_key}`, delivery]));
  const rows = [...Map.groupBy(asked, ({ kind }) => kind)].map(([kind, commands]) => {
    const found = commands.flatMap(({ source, idempotencyKey }) => byKey.get(`${source} ${idempotencyKey}`) ?? []);
    const sent = found.filter(({ status }) => status === 'sent').length;
    return [kind, commands.length, found.length, sent, found.length - sent, found.reduce((sum, { attempts }) => sum + attempts, 0)];
  });
  const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0);
  progress.line();
  for (const line of table(
    ['What was asked', 'commands', 'deliveries', 'sent', 'other', 'attempts'],
    [...rows, ['together', ...[1, 2, 3, 4, 5].map(sum)]],
  )) {
    progress.line(line);
  }
}

/** What the stream refused, and why. */
export function printRefused(progress: Progress, refused: readonly Refused[]): void {
  progress.line();
  const rows = refused.map(({ idempotency_key, code, reason }) => [idempotency_key ?? '', code, reason.slice(0, 80)]);
  for (const line of table(['Malformed command', 'code', 'reason'], rows)) progress.line(line);
}

/** Start-up time and memory of the processes. */
export function printProcesses(progress: Progress, apps: ReadonlyMap<App, StartedProcess>): void {
  const rows = [...apps]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([app, { process, tookMs }]) => {
      const { rssMb, peakMb } = processMemory(process.pid);
      return [app, Math.round(tookMs), rssMb, peakMb];
    });
  progress.line();
  for (const line of table(['Process', 'started in ms', 'RSS MB', 'peak MB'], rows)) progress.line(line);
}

const FAULTS_SHOWN = 40;

/** What is not as it must be. */
export function printFaults(progress: Progress, faults: readonly string[], logs: string): void {
  progress.line(`✗ ${faults.length} things are not as they must be:`);
  for (const fault of faults.slice(0, FAULTS_SHOWN)) progress.line(`  - ${fault}`);
  if (faults.length > FAULTS_SHOWN) progress.line(`  … and ${faults.length - FAULTS_SHOWN} more`);
  progress.line(`  The logs of the processes: ${logs}`);
}
