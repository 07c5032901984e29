import { UNACCOUNTED, type Breach, type UnaccountedKind } from '@mail/persistence';
import type { Logger } from '@mail/runtime';

const AGAIN_AFTER_MS = 600_000;

interface Reported {
  readonly ids: ReadonlySet<string>;
  readonly atMs: number;
}

/** Logs what is unaccounted for: a line a kind when a new id is found, else every ten minutes, and one when it is mended. */
export class UnaccountedLog {
  private readonly reported = new Map<UnaccountedKind, Reported>();

  constructor(private readonly logger: Logger) {}

  report(kind: UnaccountedKind, count: number, breaches: readonly Breach[], nowMs = performance.now()): void {
    const before = this.reported.get(kind);
    if (count === 0) {
      this.reported.delete(kind);
      if (before !== undefined) this.logger.info({ event: 'accounted', kind }, `${kind}: accounted for again`);
      return;
    }
    const ids = breaches.map(({ id }) => id);
    const due = before === undefined || nowMs - before.atMs >= AGAIN_AFTER_MS || ids.some((id) => !before.ids.has(id));
    if (!due) return;
    this.reported.set(kind, { ids: new Set(ids), atMs: nowMs });
    this.logger.error({ event: 'unaccounted', kind, count, ids }, `${kind} (${count}): ${UNACCOUNTED[kind]}`);
  }
}
