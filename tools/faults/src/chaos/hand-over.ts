import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../stage.ts';

const TICK_MS = 50;
/** Every hundredth goes by HTTP. */
const HTTP_EVERY = 100;
/** So far the system may lag behind what is handed over. */
const BACKLOG = 5000;

export interface HandOver {
  readonly commands: number;
  /** In which they are handed over, where the system keeps up. */
  readonly seconds: number;
  /** Commands that are handed over and have not ended, as of late. */
  readonly backlog: () => number;
}

/** Hands the commands over evenly, as fast as the system takes them. Resolves once each is acknowledged or given up. */
export async function handOver(stage: Stage, { commands, seconds, backlog }: HandOver): Promise<void> {
  const perTick = (commands / (seconds * 1000)) * TICK_MS;
  const underWay = new Set<Promise<unknown>>();
  const send = (count: number, door: 'http' | 'stream'): void => {
    const sending: Promise<unknown> = stage.send(count, { door }).finally(() => underWay.delete(sending));
    underWay.add(sending);
  };
  let handed = 0;
  let due = 0;
  while (handed < commands) {
    await pause(TICK_MS);
    if (backlog() > BACKLOG) continue;
    due = Math.min(commands, due + perTick);
    const count = Math.floor(due) - handed;
    const byHttp = Math.floor((handed + count) / HTTP_EVERY) - Math.floor(handed / HTTP_EVERY);
    handed += count;
    if (count > byHttp) send(count - byHttp, 'stream');
    if (byHttp > 0) send(byHttp, 'http');
  }
  await Promise.all(underWay);
}
