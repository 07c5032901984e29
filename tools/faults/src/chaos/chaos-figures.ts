import { apps } from '../world/mail-apps.ts';
import type { ChaosResult } from './run-chaos.ts';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** What a long run has come to, as names and values. */
export function chaosFigures({ result: { verdict, mayDuplicate }, report }: ChaosResult): [name: string, value: string][] {
  if (report === null) return [];
  const { kills, handedOverMs, drainedMs, recipientsByCopies } = report;
  const killsOf = apps.map((app) => `${app} ${kills.filter((kill) => kill.app === app).length}`);
  const copies = [...recipientsByCopies].sort(([a], [b]) => a - b).map(([count, recipients]) => `${recipients} × ${count}`);
  const httpCommands = Math.floor(verdict.commands / 100);
  return [
    ['commands', `${verdict.commands}, of them ${httpCommands} by HTTP, handed over in ${seconds(handedOverMs)}`],
    ['kills', `${kills.length}: ${killsOf.join(', ')}`],
    ['lost', String(verdict.lost.length)],
    ['recipients × copies, by the SMTP server', copies.join(', ')],
    ['second copies', `${verdict.duplicated.length}, of ${mayDuplicate} attempts in flight at the kills of the worker`],
    ['uncertain at the end', String(verdict.uncertain)],
    ['at rest after the last kill', seconds(drainedMs)],
  ];
}
