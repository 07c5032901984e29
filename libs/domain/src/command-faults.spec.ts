import { expect, it } from 'vitest';
import { parseDeliveryCommand, parseLoginCodeRequest } from './parse-command.js';

const MAX_BYTES = 1_000_000;
const MINIMAL = { to: ['a@example.com'], content: { mode: 'rendered', subject: 'Hello', text: 'Hi' } };
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

it('no refusal repeats a value', () => {
  const secret = 's3cr3t';
  const everywhere = {
    to: [secret],
    content: { mode: secret, subject: secret },
    attachments: [{ filename: `${secret}/`, content_type: secret, content_base64: secret }],
    headers: { 'X-Spam': secret, 'X-A': `${secret}\n` },
    tags: { a: `${secret}\n` },
    priority: secret,
    deliver_at: secret,
    supersede_key: `${secret} `,
    on_uncertain: secret,
  };
  const refusals = [bytes(everywhere), bytes(JSON.stringify(everywhere).slice(0, 30)), bytes(`{"a":${secret}}`)].map((command) =>
    parseDeliveryCommand(command, MAX_BYTES),
  );
  expect(refusals.every(({ ok }) => !ok)).toBe(true);
  expect(JSON.stringify(refusals)).not.toContain(secret);
  expect(
    JSON.stringify(parseLoginCodeRequest(bytes({ email: secret, code: `${secret} `, locale: `${secret}_` }), MAX_BYTES)),
  ).not.toContain(secret);
});

it('at most 50 faults are told, however many there are, and a long name is cut', () => {
  const unknown = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`unknown${index}`, 1]));
  const parsed = parseDeliveryCommand(bytes({ ...MINIMAL, ...unknown, ['n'.repeat(10_000)]: 1 }), MAX_BYTES);
  expect(parsed.ok || parsed.refusal.faults).toHaveLength(50);
  const long = parseDeliveryCommand(bytes({ ...MINIMAL, ['n'.repeat(10_000)]: 1 }), MAX_BYTES);
  expect(JSON.stringify(long).length).toBeLessThan(1_000);
});
