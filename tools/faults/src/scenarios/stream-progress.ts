import type { Stage } from '../stage.ts';

/** Where the consumer stands, as the database keeps it. */
export interface StreamProgress {
  readonly consumed: number;
  readonly replayed: number;
  readonly token: number;
  readonly holder: string | null;
}

export async function streamProgress({ world }: Stage): Promise<StreamProgress> {
  const [row] = await world.query<StreamProgress & Record<string, unknown>>(
    `select consumed::int as consumed, replayed::int as replayed, fencing_token::int as token, lease_holder as holder
    from stream_offsets where stream = $1`,
    [world.stream],
  );
  return row ?? { consumed: 0, replayed: 0, token: 0, holder: null };
}

/** Holds that `entries` were consumed since, each once: one that was read a second time would be counted again, as a replay. */
export async function checkConsumedOnce(stage: Stage, since: StreamProgress, entries: number): Promise<void> {
  const now = await streamProgress(stage);
  const consumed = now.consumed - since.consumed;
  const replayed = now.replayed - since.replayed;
  stage.check(
    consumed === entries && replayed === 0,
    `of ${entries} entries ${consumed} were consumed, and ${replayed} of them were known already`,
  );
}
