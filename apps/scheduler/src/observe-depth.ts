import { PRIORITIES } from '@mail/domain';
import { readLaneDepths, type Runner } from '@mail/persistence';
import { gauge, sharing } from '@mail/runtime';

/** Exports how much waits in each lane, and since when; read from the database whenever metrics are collected. */
export function observeDepth(database: Runner): void {
  const depths = sharing(() => readLaneDepths(database));
  const nameOf = (lane: number): string => PRIORITIES[lane] ?? 'unknown';
  gauge('mail.attempts.depth', async () =>
    (await depths()).flatMap(({ lane, due, later, claimed, in_progress }) =>
      Object.entries({ due, later, claimed, in_progress }).map(([state, { count }]) => ({
        value: count,
        attributes: { lane: nameOf(lane), state },
      })),
    ),
  );
  gauge('mail.attempts.oldest_due.age', async () =>
    (await depths()).map(({ lane, oldest_unstarted_age_ms }) => ({
      value: oldest_unstarted_age_ms / 1000,
      attributes: { lane: nameOf(lane) },
    })),
  );
}
