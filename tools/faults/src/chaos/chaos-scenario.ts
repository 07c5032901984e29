import { setTimeout as pause } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { handOver } from './hand-over.ts';
import { killAtRandom } from './kill-at-random.ts';
import type { Kill } from './kill-at-random.ts';
import { unexplainedCopies } from './unexplained-copies.ts';

export interface ChaosOptions {
  readonly commands: number;
  /** In which the commands are handed over, and processes killed. */
  readonly seconds: number;
  readonly killEverySeconds: number;
}

export interface ChaosProgress {
  readonly sent: number;
  readonly accepted: number;
  readonly ended: number;
  readonly kills: number;
}

export interface ChaosReport {
  readonly kills: readonly Kill[];
  /** Commands that had ended when what was killed last was up again. */
  readonly endedUnderKills: number;
  /** From then until every command had ended, in ms. */
  readonly drainedMs: number;
  /** How many recipients got so many copies, by the SMTP server's own count. */
  readonly recipientsByCopies: ReadonlyMap<number, number>;
}

export interface ChaosListener {
  onProgress?(progress: ChaosProgress): void;
  onEnd?(report: ChaosReport): void;
}

const LOOK_MS = 500;
const DRAINED_WITHIN_MS = 900_000;

const COUNT = `
  select count(*)::int as accepted, (count(*) filter (where status <> 'queued'))::int as ended
  from deliveries where created_at >= $1`;

/** Random processes are killed while commands come, and each second copy is held against what was in flight at a kill. */
export function chaosScenario(id: string, options: ChaosOptions, { onProgress, onEnd }: ChaosListener = {}): Scenario {
  const { seconds, killEverySeconds } = options;
  return {
    id,
    component: 'whole system',
    fault: `SIGKILL of a process at random every ${killEverySeconds} s, for ${seconds} s`,
    async run(stage) {
      const [clock] = await stage.world.query<{ now: Date }>(`select date_trunc('milliseconds', now()) as now`);
      const killing = await killAtRandom(stage, killEverySeconds * 1000);
      const seen = { accepted: 0, ended: 0 };
      const look = async (): Promise<void> => {
        const [row] = await stage.world.query<{ accepted: number; ended: number }>(COUNT, [clock?.now]);
        Object.assign(seen, row);
        onProgress?.({ sent: stage.commands.length, kills: killing.kills.length, ...seen });
      };
      const watching = setInterval(() => void look().catch(() => undefined), LOOK_MS);
      try {
        await Promise.all([handOver(stage, options), pause(seconds * 1000).then(() => killing.stop())]);
        await look();
        const endedUnderKills = seen.ended;
        const killedMs = performance.now();
        const acknowledged = stage.commands.filter(({ acknowledgement }) => acknowledgement === 'acknowledged').length;
        await stage.until('every command has ended', () => seen.ended >= acknowledged, DRAINED_WITHIN_MS);
        const drainedMs = performance.now() - killedMs;
        onEnd?.({ kills: killing.kills, endedUnderKills, drainedMs, recipientsByCopies: countCopies(stage, killing.kills) });
      } finally {
        clearInterval(watching);
        await killing.stop();
      }
    },
  };
}

/** Each second copy has to be of a mail that was in flight when its worker was killed. */
function countCopies({ world, tag, check }: Stage, kills: readonly Kill[]): Map<number, number> {
  const copiesOf = new Map<string, number>();
  const second: string[] = [];
  for (const { recipient } of world.sink.copies) {
    if (!recipient.startsWith(tag)) continue;
    const copies = (copiesOf.get(recipient) ?? 0) + 1;
    copiesOf.set(recipient, copies);
    if (copies > 1) second.push(recipient);
  }
  const left = unexplainedCopies(second, kills);
  check(left.length === 0, `${left.length} second copies of mails that no killed worker had in flight: ${left.slice(0, 5).join(', ')}`);
  const recipients = new Map<number, number>();
  for (const copies of copiesOf.values()) recipients.set(copies, (recipients.get(copies) ?? 0) + 1);
  return recipients;
}
