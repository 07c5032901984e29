import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../stage.ts';

const TICK_MS = 50;
/** Every hundredth goes by HTTP. */
export const HTTP_EVERY = 100;

/** Hands the commands over evenly, whether the system keeps up or not. Resolves once each is acknowledged or given up. */
export async function handOver(stage: Stage, { commands, seconds }: { commands: number; seconds: number }): Promise<void> {
  const beganMs = performance.now();
  const underWay = new Set<Promise<unknown>>();
  const send = (count: number, door: 'http' | 'stream'): void => {
    if (count === 0) return;
    const sending: Promise<unknown> = stage.send(count, { door }).finally(() => underWay.delete(sending));
    underWay.add(sending);
  };
  for (let handed = 0; handed < commands;) {
    await pause(TICK_MS);
    const share = Math.min(1, (performance.now() - beganMs) / (seconds * 1000));
    const due = Math.floor(commands * share);
    const byHttp = Math.floor(due / HTTP_EVERY) - Math.floor(handed / HTTP_EVERY);
    send(due - handed - byHttp, 'stream');
    send(byHttp, 'http');
    handed = due;
  }
  await Promise.all(underWay);
}
