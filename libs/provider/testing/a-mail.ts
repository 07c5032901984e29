import type { OutgoingMail } from '../src/outgoing-mail.js';

/** A plain mail to one recipient, but for what a test cares about. `addresses`: the envelope, and `To`. */
export function aMail({
  addresses = ['ada@example.com'],
  ...rest
}: Partial<OutgoingMail> & { addresses?: readonly string[] } = {}): OutgoingMail {
  return {
    deliveryId: '0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b',
    messageId: '<0199a1b2@mail.example.com>',
    date: new Date('2026-01-02T03:04:05Z'),
    from: { email: 'noreply@mail.example.com', name: 'Galaxy' },
    to: addresses,
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'A turn is ready',
    text: 'It is your turn.\n',
    html: null,
    headers: {},
    attachments: [],
    recipients: addresses.map((address, position) => ({ position, address })),
    ...rest,
  };
}
