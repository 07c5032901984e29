import type { World } from './make-world.ts';

/** What an operator does once a stream that went backwards is the one to go on with: it is read from its beginning. */
export async function adoptStream(world: World): Promise<void> {
  await world.query(
    `with adopted as (
      update stream_offsets
      set incarnation = incarnation + 1, last_id = '0-0', consumed = 0, accepted = 0, replayed = 0, malformed = 0, missed = 0, halted_at = null
      where stream = $1 and halted_at is not null
    )
    update stream_incidents set resolved_at = now() where stream = $1 and resolved_at is null`,
    [world.stream],
  );
}
