import { randomBytes } from 'node:crypto';
import { PRIORITIES, uuidV7, type NewDelivery } from '@mail/domain';

let made = 0;

/** A delivery as acceptance prepares it: a rendered mail to one recipient, each with a key of its own. */
export function aDelivery(more: Partial<NewDelivery> = {}): NewDelivery {
  made += 1;
  const deliveryId = uuidV7(Date.now(), randomBytes(10));
  const source = more.source ?? 'shop';
  const priority = more.priority ?? 'normal';
  return {
    deliveryId,
    attemptId: uuidV7(Date.now(), randomBytes(10)),
    scope: source,
    source,
    idempotencyKey: `key-${made}`,
    priority,
    lane: PRIORITIES.indexOf(priority),
    templateId: null,
    locale: null,
    templateHash: null,
    tags: {},
    messageId: `<${deliveryId}@mail.example>`,
    from: { email: 'robot@mail.example', name: 'Robot' },
    deliverAt: null,
    expiresAt: null,
    expiresInMs: null,
    supersedeKey: null,
    onUncertain: 'retry',
    resendOf: null,
    traceparent: null,
    tracestate: null,
    fingerprint: Buffer.alloc(32, 1),
    secretNames: [],
    secretSalt: null,
    secretHash: null,
    secretMac: null,
    content: { body: { mode: 'rendered', subject: 's', text: 't', html: null }, reply_to: [], headers: {}, attachments: [] },
    secretVariables: null,
    suppressed: false,
    recipients: [{ position: 0, address: 'a@x.example', kind: 'to' }],
    ...more,
  };
}

/** What makes a delivery one with a login code. */
export const WITH_SECRET = {
  templateId: 'auth.login_code',
  locale: 'en',
  templateHash: 'hash-1',
  secretNames: ['code'],
  secretSalt: Buffer.alloc(16, 7),
  secretHash: Buffer.alloc(32, 8),
  secretVariables: { code: '123456' },
} satisfies Partial<NewDelivery>;

/** Recipients at positions from 0, all of kind `to`. */
export const to = (...addresses: string[]): NewDelivery['recipients'] =>
  addresses.map((address, position) => ({ position, address, kind: 'to' }));
