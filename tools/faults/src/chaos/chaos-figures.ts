import { apps } from '../world/mail-apps.ts';
import { HTTP_EVERY } from './hand-over.ts';
import type { ChaosResult } from './run-chaos.ts';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** What a long run has come to, as names and values. */
export function chaosFigures({ result: { verdict, mayDuplicate }, report }: ChaosResult): [name: string, value: string][] {
  if (report === null) return [];
  const { kills, endedUnderKills, drainedMs, recipientsByCopies } = report;
  const killsOf = apps.map((app) => `${app} ${kills.filter((kill) => kill.app === app).length}`);
  const copies = [...recipientsByCopies].sort(([a], [b]) => a - b).map(([count, recipients]) => `${recipients} × ${count}`);
  return [
    ['commands', `${verdict.commands}, of them ${Math.floor(verdict.commands / HTTP_EVERY)} by HTTP`],
    ['ended while processes were killed', String(endedUnderKills)],
    ['kills', `${kills.length}: ${killsOf.join(', ')}`],
    ['lost', String(verdict.lost.length)],
    ['recipients × copies, by the SMTP server', copies.join(', ')],
    ['second copies', `${verdict.duplicated.length}, of ${mayDuplicate} attempts in flight at the kills of the worker`],
    ['uncertain at the end', String(verdict.uncertain)],
    ['at rest after the last kill', seconds(drainedMs)],
  ];
}
