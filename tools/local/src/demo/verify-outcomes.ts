import type { DeliveryOutcome, Refused, StatusCount, StreamCounts } from './outcomes.ts';
import type { Asked, Traffic } from './traffic.ts';

export interface Outcomes {
  readonly deliveries: readonly DeliveryOutcome[];
  readonly stream: StreamCounts;
  readonly refused: readonly Refused[];
  readonly open: readonly StatusCount[];
}

/** What is wrong with the tables, by what was asked for: every command one delivery, every delivery sent, nothing else there. */
export function verifyOutcomes(asked: readonly Asked[], { entries, duplicates, malformed }: Traffic, outcomes: Outcomes): string[] {
  const faults: string[] = [];
  const byKey = Map.groupBy(outcomes.deliveries, ({ source, idempotency_key }) => `${source} ${idempotency_key}`);
  for (const { source, idempotencyKey, kind } of asked) {
    const found = byKey.get(`${source} ${idempotencyKey}`) ?? [];
    byKey.delete(`${source} ${idempotencyKey}`);
    const [delivery] = found;
    if (delivery === undefined || found.length > 1) {
      faults.push(`${idempotencyKey} (${kind}) has ${found.length} deliveries`);
      continue;
    }
    if (delivery.status !== 'sent') faults.push(`${idempotencyKey} (${kind}) ended ${delivery.status} (${delivery.end_reason})`);
    else if (delivery.recipients_not_accepted > 0) faults.push(`${idempotencyKey} (${kind}) was sent, but not to every recipient`);
    if (delivery.secret_kept) faults.push(`${idempotencyKey} (${kind}) has ended, and its secret is still in the database`);
  }
  for (const key of byKey.keys()) faults.push(`nobody asked for the delivery of ${key}`);

  const wanted = {
    consumed: entries.length,
    accepted: entries.length - duplicates - malformed.size,
    replayed: duplicates,
    malformed: malformed.size,
  };
  for (const [name, count] of Object.entries(wanted)) {
    const found = outcomes.stream[name as keyof StreamCounts];
    if (found !== count) faults.push(`the stream's counter of ${name} is ${found} and must be ${count}`);
  }
  const refused = new Map(outcomes.refused.map(({ idempotency_key, code }) => [idempotency_key, code]));
  if (outcomes.refused.length !== malformed.size)
    faults.push(`${outcomes.refused.length} malformed commands are recorded, not ${malformed.size}`);
  for (const [key, code] of malformed) {
    if (refused.get(key) !== code) faults.push(`malformed ${key} is recorded as ${refused.get(key) ?? 'nothing'}, not ${code}`);
  }
  for (const { status, count } of outcomes.open) faults.push(`${count} attempts are still ${status}`);
  return faults;
}
