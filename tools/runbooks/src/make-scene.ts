import { makeStage } from '@mail/faults/stage';
import type { Scene } from './drill.ts';
import type { Theatre } from './theatre.ts';

const RECEIVED_WITHIN_MS = 60_000;
const WELL_WITHIN_MS = 60_000;

export interface SceneRecord {
  readonly scene: Scene;
  /** What the drill checked, and did not hold. */
  readonly checks: readonly string[];
}

/** @param tag begins the idempotency keys and recipients of this drill */
export function makeScene(theatre: Theatre, tag: string): SceneRecord {
  const { world, cluster, isWell } = theatre;
  const { stage, faults } = makeStage(world, tag, Math.random);
  const codes: string[] = [];
  const endings: (() => Promise<unknown>)[] = [];
  const scene: Scene = {
    ...stage,
    ...theatre,
    async configure(apps, env) {
      await Promise.all(apps.map((app) => cluster.configure(app, env)));
      await stage.until('all is well with these settings', isWell, WELL_WITHIN_MS);
    },
    async sendCodes(count) {
      const addresses = Array.from({ length: count }, (_, index) => `${tag}-code-${codes.length + index}@example.com`);
      codes.push(...addresses);
      await Promise.all(
        addresses.map(async (email) => {
          const response = await fetch(`${world.api}/api/v1/internal/login-code-deliveries`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'idempotency-key': email },
            body: JSON.stringify({ email, code: '481516', locale: 'en' }),
          });
          if (!response.ok) throw new Error(`a login code was answered ${response.status} ${await response.text()}`);
        }),
      );
    },
    async allReceived(withinMs = RECEIVED_WITHIN_MS) {
      const wanted = [...stage.commands.flatMap(({ recipients }) => recipients), ...codes];
      await stage.until(
        'every mail is received',
        () => {
          const received = new Set(world.sink.copies.flatMap(({ recipient, answer }) => (answer === null ? [recipient] : [])));
          return wanted.every((recipient) => received.has(recipient));
        },
        withinMs,
      );
    },
    atEnd: (ending) => void endings.push(ending),
    async release() {
      await Promise.allSettled(endings.map((ending) => ending()));
    },
  };
  return { scene, checks: faults };
}
