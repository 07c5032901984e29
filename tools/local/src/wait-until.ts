import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is something; undefined once the time is over. */
export async function waitUntil<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { withinMs, everyMs = 25 }: { withinMs: number; everyMs?: number },
): Promise<T | undefined> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > untilMs) return undefined;
    await pause(everyMs);
  }
}
