import { waitUntil } from '@mail/local/wait-until';
import { commandSender } from './send-commands.ts';
import type { CommandSender } from './send-commands.ts';
import type { World } from './world/make-world.ts';

const WAIT_MS = 30_000;

/** What a scenario acts on: the system, traffic of its own, and what it finds. */
export interface Stage extends CommandSender {
  readonly world: World;
  /** In [0, 1), from the run's seed and the scenario's id: the same run has the same numbers. */
  readonly random: () => number;
  /** Marks the moment of a fault: recovery is timed from the first. */
  faulted(): void;
  /** Allows this many second copies more. */
  mayDuplicate(copies: number): void;
  /** Attempts in progress now, by the database: the most that a fault now can double. */
  inFlight(): Promise<number>;
  /** Deliveries of this scenario that the database holds now. */
  stored(): Promise<number>;
  /** Gives the scenario up, since what it needs cannot be had here: it is shown as skipped, and proves nothing. */
  skip(why: string): void;
  /** Waits until the answer is neither undefined nor false; throws with these words where it never comes. */
  until<T>(what: string, ask: () => Promise<T> | T, withinMs?: number): Promise<Exclude<T, undefined | false>>;
  /** Waits until every command sent so far has ended, while the fault lasts or after. */
  settled(withinMs?: number): Promise<void>;
  /** Notes what must hold in this scenario alone. */
  check(holds: boolean, what: string): void;
}

export interface StageRecord {
  readonly stage: Stage;
  readonly faults: readonly string[];
  readonly allowedCopies: number;
  readonly faultedAtMs: number | null;
  /** Why the scenario did not take place, where it did not. */
  readonly skipped: string | null;
}

/** @param tag begins the idempotency keys and recipients of this scenario and run */
export function makeStage(world: World, tag: string, random: () => number): StageRecord {
  const faults: string[] = [];
  let allowedCopies = 0;
  let faultedAtMs: number | null = null;
  let skipped: string | null = null;
  const sender = commandSender(world, tag);
  const until: Stage['until'] = async (what, ask, withinMs = WAIT_MS) => {
    const answer = await waitUntil(async () => (await ask()) || undefined, { withinMs });
    if (answer === undefined) throw new Error(`${what}: not within ${withinMs} ms`);
    return answer as never;
  };
  const stage: Stage = {
    ...sender,
    world,
    random,
    until,
    faulted: () => void (faultedAtMs ??= performance.now()),
    mayDuplicate: (copies) => void (allowedCopies += copies),
    async inFlight() {
      const [row] = await world.query<{ count: number }>(`select count(*)::int as count from attempts where status = 'in_progress'`);
      return row?.count ?? 0;
    },
    async stored() {
      const [row] = await world.query<{ count: number }>(
        `select count(*)::int as count from deliveries where starts_with(idempotency_key, $1)`,
        [tag],
      );
      return row?.count ?? 0;
    },
    skip: (why) => void (skipped = why),
    async settled(withinMs) {
      const sent = (): number => sender.commands.length;
      await until(
        'everything sent has ended',
        async () => {
          const [row] = await world.query<{ count: number }>(
            `select (select count(*) from deliveries where starts_with(idempotency_key, $1) and status <> 'queued')::int
              + (select count(*) from malformed_commands where starts_with(idempotency_key, $1))::int as count`,
            [tag],
          );
          return (row?.count ?? 0) >= sent();
        },
        withinMs,
      );
    },
    check: (holds, what) => void (holds || faults.push(what)),
  };
  return {
    stage,
    faults,
    get allowedCopies() {
      return allowedCopies;
    },
    get faultedAtMs() {
      return faultedAtMs;
    },
    get skipped() {
      return skipped;
    },
  };
}
