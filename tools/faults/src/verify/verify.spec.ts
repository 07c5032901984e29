import { describe, expect, it } from 'vitest';
import type { Copy } from '../world/fault-sink.ts';
import { verify } from './verify.ts';
import type { Evidence, SentCommand, StoredRecipient } from './verify.ts';

const RECIPIENT = 'k-1-0@example.com';

const command = (more: Partial<SentCommand> = {}): SentCommand => ({
  source: 'faults',
  key: 'k-1',
  recipients: [RECIPIENT],
  door: 'http',
  acknowledgement: 'acknowledged',
  deliveryId: 'd-1',
  answer: { status: 202, replayed: false, retryAfterS: null },
  sentAtMs: 0,
  ...more,
});
const copy = (more: Partial<Copy> = {}): Copy => ({
  recipient: RECIPIENT,
  messageId: '<1@example.com>',
  sha256: 'abc',
  connection: 'c-1',
  answer: null,
  atMs: 1,
  ...more,
});
const row = (more: Partial<StoredRecipient> = {}): StoredRecipient => ({
  delivery_id: 'd-1',
  source: 'faults',
  idempotency_key: 'k-1',
  status: 'sent',
  message_id: '<1@example.com>',
  address: RECIPIENT,
  outcome: 'accepted',
  attempts: 1,
  uncertain_attempts: 0,
  resent_as: [],
  ...more,
});
/** One command that went as it should, but for what is given. */
const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  commands: [command()],
  copies: [copy()],
  stored: [row()],
  malformed: new Set(),
  refusals: 0,
  mayDuplicate: 0,
  ...more,
});
const faults = (more: Partial<Evidence>): readonly string[] => verify(evidence(more)).faults;

describe('the promise is kept', () => {
  it.each<[rule: string, Partial<Evidence>]>([
    ['by one copy of each', {}],
    [
      'where a refused command is nowhere',
      { commands: [command({ acknowledgement: 'refused', deliveryId: null })], copies: [], stored: [] },
    ],
    [
      'where an unanswered command is nowhere',
      { commands: [command({ acknowledgement: 'unknown', deliveryId: null })], copies: [], stored: [] },
    ],
    [
      'where an acknowledged one ended visibly otherwise',
      { copies: [], refusals: 1, stored: [row({ status: 'failed', outcome: 'refused' })] },
    ],
    ['where an acknowledged one is recorded as malformed', { copies: [], stored: [], malformed: new Set(['k-1']) }],
    ['where the server refused the mail at its last byte', { copies: [copy({ answer: '451 later' }), copy()] }],
    [
      'by one copy of what an operator had sent again',
      {
        copies: [copy({ messageId: '<2@example.com>' })],
        stored: [row({ status: 'dead_letter', outcome: 'abandoned', resent_as: ['<2@example.com>'] })],
      },
    ],
    ['where a second copy is explained by the fault', { copies: [copy(), copy({ connection: 'c-2' })], mayDuplicate: 1 }],
    ['where one of two with one key was refused', { commands: [command(), command({ acknowledgement: 'refused', deliveryId: null })] }],
  ])('%s', (_rule, more) => {
    expect(faults(more)).toEqual([]);
  });
});

describe('the promise is broken', () => {
  it.each<[rule: string, Partial<Evidence>, RegExp]>([
    ['where an acknowledged mail is nowhere', { copies: [], stored: [] }, /1 lost/],
    ['where an acknowledged mail waits for ever', { copies: [], stored: [row({ status: 'queued', outcome: 'pending' })] }, /1 lost/],
    ['where all that came was refused at its last byte', { copies: [copy({ answer: '550 no' })], stored: [] }, /1 lost/],
    [
      'where one of two recipients got nothing',
      { commands: [command({ recipients: [RECIPIENT, 'other@example.com'] })] },
      /1 lost: .*other@/,
    ],
    ['where a mail came that nobody handed over', { copies: [copy(), copy({ recipient: 'who@example.com' })] }, /never asked for: who@/],
    [
      'where a delivery is stored that nobody handed over',
      { stored: [row(), row({ idempotency_key: 'k-2', address: 'who@example.com' })] },
      /nobody asked for/,
    ],
    ['by a second copy that no fault explains', { copies: [copy(), copy()] }, /1 second copies, .* at most 0/],
    [
      'by a third copy where the fault explains one',
      { copies: [copy(), copy(), copy()], mayDuplicate: 1 },
      /2 second copies, .* at most 1/,
    ],
    [
      'by a second copy with another Message-ID',
      { copies: [copy(), copy({ messageId: '<2@example.com>' })], mayDuplicate: 1 },
      /two Message-IDs/,
    ],
    ['by a second copy with other bytes', { copies: [copy(), copy({ sha256: 'def' })], mayDuplicate: 1 }, /other bytes/],
    ['where the Message-ID is not the stored one', { copies: [copy({ messageId: '<2@example.com>' })] }, /is stored with <1@/],
    ['where one key became two deliveries', { stored: [row(), row({ delivery_id: 'd-2' })] }, /became 2 deliveries/],
    ['where the answer named another delivery', { commands: [command({ deliveryId: 'd-9' })] }, /answered as d-9, and is d-1/],
    [
      'where a recipient counts as refused by a server that refused nobody',
      { copies: [], stored: [row({ status: 'failed', outcome: 'refused' })] },
      /refused none/,
    ],
    [
      'where a refused command is a delivery all the same',
      { commands: [command({ acknowledgement: 'refused', deliveryId: null })] },
      /refused, and is a delivery/,
    ],
    ['where a mail counts as accepted that never came', { copies: [] }, /never reached the server/],
    ['where a delivery has not ended', { stored: [row({ status: 'queued' })] }, /has not ended/],
  ])('%s', (_rule, more, fault) => {
    expect(faults(more)).toEqual(expect.arrayContaining([expect.stringMatching(fault)]));
  });
});

describe('is counted', () => {
  it('a mail that came though its caller was never told', () => {
    const commands = [command({ acknowledgement: 'unknown', deliveryId: null })];
    expect(verify(evidence({ commands }))).toMatchObject({ commands: 1, recovered: 1, faults: [] });
  });

  it('every copy beyond the first, by name', () => {
    const { duplicated } = verify(evidence({ copies: [copy(), copy(), copy()], mayDuplicate: 2 }));
    expect(duplicated).toEqual([`faults/k-1 → ${RECIPIENT}`, `faults/k-1 → ${RECIPIENT}`]);
  });

  it('a recipient whose mail may be out', () => {
    expect(verify(evidence({ stored: [row({ status: 'uncertain', outcome: 'uncertain' })] }))).toMatchObject({ uncertain: 1, faults: [] });
  });
});
