import { setTimeout as pause } from 'node:timers/promises';
import { findUnaccounted } from '@mail/persistence';
import type { World } from '../world/make-world.ts';

interface Offset {
  /** Grows when an operator adopts a stream, which is read from its beginning. */
  readonly incarnation: number;
  readonly last_id: string;
  readonly fencing_token: string;
}

// What no table shows in one state of it. Each row is a breach.
const BREACHES = `
  select 'delivery ' || delivery_id || ' has more attempts than its schedule allows' as breach
  from attempts group by delivery_id having max(coalesce(schedule_position, number)) > 16`;

export interface Watch {
  /** Ends the watching, with a last look; resolves to what was breached. */
  stop(): Promise<string[]>;
}

/**
 * Looks at the database every so often while the fault lasts, and once at the end: each delivery accounted for by the conservation
 * law, the offset and the fencing token never going back.
 */
export function watchInvariants(world: World, everyMs: number): Watch {
  const breaches = new Set<string>();
  let last: Offset | undefined;
  let stopped = false;
  const look = async ({ full }: { readonly full: boolean }): Promise<void> => {
    for (const { detail } of (await findUnaccounted(world.runner, { full })).breaches) breaches.add(detail);
    for (const { breach } of await world.query<{ breach: string }>(BREACHES)) breaches.add(breach);
    const [offset] = await world.query<Offset & Record<string, unknown>>(
      'select incarnation, last_id, fencing_token from stream_offsets where stream = $1',
      [world.stream],
    );
    if (last !== undefined && offset !== undefined) {
      const sameStream = offset.incarnation === last.incarnation;
      if (sameStream && compareIds(offset.last_id, last.last_id) < 0)
        breaches.add(`the offset went back from ${last.last_id} to ${offset.last_id}`);
      if (BigInt(offset.fencing_token) < BigInt(last.fencing_token)) breaches.add('the fencing token went back');
    }
    last = offset;
  };
  const watching = (async () => {
    while (!stopped) {
      // The database may be what is broken.
      await look({ full: false }).catch(() => undefined);
      await pause(everyMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      await look({ full: true });
      return [...breaches];
    },
  };
}

function compareIds(one: string, other: string): number {
  const [oneMs = '0', oneSequence = '0'] = one.split('-');
  const [otherMs = '0', otherSequence = '0'] = other.split('-');
  return Number(BigInt(oneMs) - BigInt(otherMs)) || Number(BigInt(oneSequence) - BigInt(otherSequence));
}
