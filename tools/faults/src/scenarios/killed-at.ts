import type { Stage } from '../stage.ts';
import type { App } from '../world/mail-apps.ts';

/**
 * Starts an app anew with a failpoint that kills it, begins what leads there, and resolves once it is dead. What was begun may
 * come to its end only when the app is back: `begun` is for then.
 */
export async function killedAt<T>(stage: Stage, app: App, point: string, begin: () => Promise<T>): Promise<{ readonly begun: Promise<T> }> {
  const doomed = await stage.world.apps.restart(app, { MAIL_FAILPOINTS: `${point}=kill` });
  const begun = begin();
  await doomed.exited;
  stage.faulted();
  return { begun };
}
