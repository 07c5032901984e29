import {
  sweepEndedDeliveries,
  sweepExpiredKeys,
  sweepMalformedCommands,
  sweepOperatorActions,
  sweepResendPlanItems,
  sweepResendPlans,
  type Outdated,
  type RetentionWindows,
  type Runner,
  type Sweep,
} from '@mail/persistence';
import { counter, isTracing, setAttributes, startSpan, withinSpan, type Logger } from '@mail/runtime';
import { stuckRows, type StuckRows } from '@mail/runtime/stuck-rows';

export interface SweepOptions extends RetentionWindows {
  readonly database: Runner;
  readonly logger: Logger;
  readonly intervalMs: number;
}

export interface Sweeping {
  /**
   * One pass of retention: deletes what its window has passed, in chunks that never hold a lock for long. What another transaction holds is
   * left to the next pass; a row that cannot be deleted costs the others nothing, and a kind that fails the other kinds neither.
   */
  readonly turn: (signal: AbortSignal, beat: () => void) => Promise<number>;
  readonly stuck: readonly StuckRows<Outdated>[];
}

const CHUNK = 1000;
const KINDS = ['deliveries', 'malformed_commands', 'operator_actions', 'resend_plans', 'idempotency_keys'] as const;
type Kind = (typeof KINDS)[number];
type Deleted = Record<Kind, number>;

/** In this order: what a plan has frozen goes before the plan. */
const SWEEPS = [
  { name: 'deliveries', sweep: sweepEndedDeliveries },
  { name: 'resend_plan_items', sweep: sweepResendPlanItems },
  { name: 'malformed_commands', sweep: sweepMalformedCommands },
  { name: 'operator_actions', sweep: sweepOperatorActions },
  { name: 'resend_plans', sweep: sweepResendPlans },
  { name: 'idempotency_keys', sweep: sweepExpiredKeys },
] as const satisfies readonly { readonly name: Kind | 'resend_plan_items'; readonly sweep: Sweep }[];

export function sweep({ database, logger, intervalMs, ...given }: SweepOptions): Sweeping {
  const deletedRows = counter(
    'mail.retention.deleted',
    KINDS.map((kind) => ({ kind })),
  );
  const windows: Readonly<Record<(typeof SWEEPS)[number]['name'], number>> = {
    deliveries: given.deliveryRetentionMs,
    resend_plan_items: given.deliveryRetentionMs,
    malformed_commands: given.malformedCommandRetentionMs,
    operator_actions: given.operatorActionRetentionMs,
    resend_plans: given.deliveryRetentionMs,
    idempotency_keys: 0,
  };
  const all = SWEEPS.map((one) => ({
    ...one,
    stuck: stuckRows<Outdated>({
      kind: `delete_${one.name}`,
      idOf: ({ id, order_1 }) => (one.name === 'resend_plan_items' ? `${order_1}/${id}` : id),
      logger,
    }),
  }));
  const pass = async (signal: AbortSignal, beat: () => void): Promise<Deleted> => {
    const deleted: Deleted = { deliveries: 0, malformed_commands: 0, operator_actions: 0, resend_plans: 0, idempotency_keys: 0 };
    let failure: unknown = null;
    for (const { name, sweep: kind, stuck } of all) {
      try {
        await throughAll(kind, stuck, windows[name], signal, beat, (count) => {
          if (name !== 'resend_plan_items') deleted[name] += count;
        });
      } catch (error) {
        failure ??= error;
      }
    }
    for (const kind of KINDS) deletedRows?.(deleted[kind], { kind });
    if (failure !== null) throw failure;
    return deleted;
  };
  const throughAll = async (
    { find, remove }: Sweep,
    stuck: StuckRows<Outdated>,
    olderThanMs: number,
    signal: AbortSignal,
    beat: () => void,
    onDeleted: (count: number) => void,
  ): Promise<void> => {
    for (let after: Outdated | undefined; !signal.aborted;) {
      const page = await find(database, olderThanMs, CHUNK, after);
      await stuck.work(page, async (some) => {
        beat();
        onDeleted(await remove(database, some, olderThanMs));
      });
      beat();
      if (page.length < CHUNK) break;
      after = page.at(-1);
    }
    if (!signal.aborted) stuck.passed();
  };
  const traced = (signal: AbortSignal, beat: () => void): Promise<Deleted> => {
    const span = startSpan('sweep');
    return withinSpan(span, async () => {
      const deleted = await pass(signal, beat);
      for (const kind of KINDS) setAttributes(span, { [`mail.retention.${kind}` as const]: deleted[kind] });
      return deleted;
    });
  };
  return {
    stuck: all.map(({ stuck }) => stuck),
    async turn(signal, beat) {
      const startedAtMs = performance.now();
      const deleted = await (isTracing() ? traced(signal, beat) : pass(signal, beat));
      const took_ms = Math.round(performance.now() - startedAtMs);
      logger.info({ event: 'retention_swept', ...deleted, took_ms }, 'retention pass done');
      return intervalMs;
    },
  };
}
