import type { DeliveryOutcome } from './outcomes.ts';
import { mailFaults } from './mail-faults.ts';
import type { ReceivedMail } from './received-mail.ts';
import type { Asked } from './traffic.ts';

export interface MailVerdict {
  readonly faults: readonly string[];
  /** Copies past the first; each stands for an attempt that was cut off by a kill. */
  readonly duplicates: number;
}

/**
 * What is wrong with the mails that came: each delivery's once, as it was asked for. A second copy is right only where an attempt's
 * end is unknown (`uncertain`), and then it is the same mail, byte for byte.
 */
export function verifyMails(
  asked: readonly Asked[],
  deliveries: readonly DeliveryOutcome[],
  received: readonly ReceivedMail[],
): MailVerdict {
  const faults: string[] = [];
  let duplicates = 0;
  const copies = Map.groupBy(received, ({ parsed }) => parsed.messageId ?? '');
  const byKey = new Map(deliveries.map((delivery) => [`${delivery.source} ${delivery.idempotency_key}`, delivery]));
  const seen = new Set<string>();
  for (const one of asked) {
    const delivery = byKey.get(`${one.source} ${one.idempotencyKey}`);
    if (delivery === undefined) continue; // Said already, by the tables.
    const name = `${one.idempotencyKey} (${one.kind})`;
    const messageId = delivery.message_id;
    if (seen.has(messageId)) faults.push(`${name}: its Message-ID ${messageId} is another delivery's too`);
    seen.add(messageId);
    const mails = copies.get(messageId) ?? [];
    copies.delete(messageId);
    const [first] = mails;
    if (first === undefined) {
      faults.push(`${name}: no mail came with ${messageId}`);
      continue;
    }
    if (mails.length > 1 + delivery.uncertain_attempts) {
      faults.push(`${name}: ${mails.length} copies came, and ${delivery.uncertain_attempts} attempts are uncertain`);
    }
    if (new Set(mails.map(({ sha256 }) => sha256)).size > 1)
      faults.push(`${name}: its copies differ (${mails.map(({ file }) => file).join(', ')})`);
    duplicates += mails.length - 1;
    const known = { messageId, from: delivery.from_email };
    faults.push(...mailFaults(first, one, known).map((fault) => `${name}: ${fault} (${first.file})`));
  }
  for (const [messageId, mails] of copies)
    faults.push(`nobody asked for ${mails.length} mails with ${messageId || 'no Message-ID'} (${mails[0]?.file})`);
  return { faults, duplicates };
}
