import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';

/** What the server says is written in the recipient's name: `busy-once.x@…` is told 450 the first time, and taken then. */
function script() {
  const seen = new Map<string, number>();
  const times = (key: string): number => {
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return seen.get(key) ?? 0;
  };
  return {
    rcpt: (address: string) => {
      if (address.startsWith('gone')) return '550 5.1.1 no such user';
      if (address.startsWith('always-busy')) return '450 4.2.1 mailbox busy';
      if (address.startsWith('busy-once') && times(address) === 1) return '450 4.2.1 mailbox busy';
      return null;
    },
    final: ({ recipients }: { recipients: readonly string[] }) => {
      const [first = ''] = recipients;
      if (first.startsWith('refused-content')) return '554 5.6.0 not this content';
      if (first.startsWith('dropped-once') && times(`final ${first}`) === 1) return 'disconnect' as const;
      if (first.startsWith('dropped-always')) return 'disconnect' as const;
      return null;
    },
  };
}

describe('what the server says', () => {
  let sink: SmtpSink;
  let system: MailSystem;
  beforeAll(async () => {
    sink = await startSmtpSink(script());
    system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker'], { sink, env: { MAIL_RETRY_SCHEDULE: '200ms,200ms' } });
  }, 90_000);
  afterAll(async () => {
    await system.stop();
    await sink.close();
  });

  const send = async (to: readonly string[], more: object = {}): Promise<string> => {
    const content = { mode: 'rendered', subject: 'Hello', text: 'Hi' };
    const { body } = await system.post('deliveries', to.join('+'), { source: 'shop', to, content, ...more });
    return String(body['delivery_id']);
  };
  const ended = async (id: string): Promise<Record<string, unknown>> =>
    eventually('the delivery ends', async () => {
      const { body } = await system.get(`deliveries/${id}`);
      return !['queued', 'sending'].includes(String(body['status'])) && body;
    });
  const copiesFor = (address: string) => sink.messages.filter(({ recipients }) => recipients.includes(address));

  it('for now no: the mail is sent by a later attempt, with the same Message-ID', async () => {
    const delivery = await ended(await send(['busy-once.a@example.com']));
    expect(delivery).toMatchObject({
      status: 'sent',
      attempts: [
        {
          number: 1,
          outcome: 'transient_rejected',
          phase: 'rcpt',
          smtp_code: 450,
          enhanced_code: '4.2.1',
          smtp_reply: '450 4.2.1 mailbox busy',
        },
        { number: 2, outcome: 'provider_accepted', phase: 'final' },
      ],
    });
  });

  it('for ever no: the delivery fails at once', async () => {
    expect(await ended(await send(['gone.a@example.com']))).toMatchObject({
      status: 'failed',
      end_reason: 'permanent_rejected',
      recipients: [{ outcome: 'refused', smtp_code: 550, enhanced_code: '5.1.1' }],
      attempts: [{ outcome: 'permanent_rejected' }],
    });
  });

  it('for ever no to the content: the delivery fails at once', async () => {
    expect(await ended(await send(['refused-content.a@example.com']))).toMatchObject({
      status: 'failed',
      attempts: [{ outcome: 'permanent_rejected', phase: 'final', smtp_code: 554 }],
    });
  });

  it('no until the schedule is used up: the delivery is a dead letter', async () => {
    const id = await send(['always-busy.a@example.com']);
    const delivery = await ended(id);
    expect(delivery).toMatchObject({ status: 'dead_letter', end_reason: 'retry_schedule_used_up', recipients: [{ outcome: 'abandoned' }] });
    expect(delivery['attempts']).toHaveLength(3);
    const { rows } = await system.database.client.query('select reason, attempts, smtp_code from dead_letters where delivery_id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ reason: 'retry_schedule_used_up', attempts: 3, smtp_code: 450 }]);
  });

  it('one thing to one and another to the next: only who was told "for now" is tried again', async () => {
    const delivery = await ended(await send(['fine.b@example.com', 'busy-once.b@example.com', 'gone.b@example.com']));
    expect(delivery).toMatchObject({
      status: 'sent',
      recipients: [
        { address: 'fine.b@example.com', outcome: 'accepted' },
        { address: 'busy-once.b@example.com', outcome: 'accepted' },
        { address: 'gone.b@example.com', outcome: 'refused', smtp_code: 550 },
      ],
      attempts: [{ outcome: 'provider_accepted' }, { outcome: 'provider_accepted' }],
    });
    expect(copiesFor('fine.b@example.com')).toHaveLength(1);
    expect(copiesFor('busy-once.b@example.com').map(({ recipients }) => recipients)).toEqual([['busy-once.b@example.com']]);
  });

  it('nothing after the final dot: a second copy with the same bytes is sent', async () => {
    const delivery = await ended(await send(['dropped-once.a@example.com']));
    expect(delivery).toMatchObject({ status: 'sent', attempts: [{ outcome: 'uncertain' }, { outcome: 'provider_accepted' }] });
    const copies = copiesFor('dropped-once.a@example.com');
    expect(copies).toHaveLength(2);
    expect(copies[0]?.raw.equals(copies[1]?.raw ?? Buffer.alloc(0))).toBe(true);
  });

  it('nothing after the final dot of a mail to be held: it ends as uncertain, and no second copy is sent', async () => {
    const delivery = await ended(await send(['dropped-always.hold@example.com'], { on_uncertain: 'hold' }));
    expect(delivery).toMatchObject({ status: 'uncertain', end_reason: 'on_uncertain_hold', recipients: [{ outcome: 'uncertain' }] });
    expect(copiesFor('dropped-always.hold@example.com')).toHaveLength(1);
  });

  it('nothing after the final dot, until the schedule is used up: it ends as uncertain, since its mail may be out', async () => {
    const delivery = await ended(await send(['dropped-always.a@example.com']));
    expect(delivery).toMatchObject({ status: 'uncertain', end_reason: 'retry_schedule_used_up' });
    expect(copiesFor('dropped-always.a@example.com')).toHaveLength(3);
  });

  it('no, and the next attempt would be past the expiry: the delivery is expired', async () => {
    const expires_at = new Date(Date.now() + 150).toISOString();
    expect(await ended(await send(['always-busy.expiring@example.com'], { expires_at }))).toMatchObject({ status: 'expired' });
  });
});

describe('a queued delivery', () => {
  let sink: SmtpSink;
  let system: MailSystem;
  beforeAll(async () => {
    sink = await startSmtpSink();
    system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker'], { sink });
  }, 90_000);
  afterAll(async () => {
    await system.stop();
    await sink.close();
  });

  const command = (to: string, more: object) => ({
    source: 'shop',
    to: [to],
    content: { mode: 'rendered', subject: 's', text: 't' },
    ...more,
  });

  it('is not sent before its time, and ends as expired within a poll of its expiry', async () => {
    const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
    const { body } = await system.post(
      'deliveries',
      'expiring',
      command('late@example.com', { deliver_at: inMs(60_000), expires_at: inMs(500) }),
    );
    const path = `deliveries/${String(body['delivery_id'])}`;
    expect((await system.get(path)).body['status']).toBe('queued');
    const delivery = await eventually('it expires', async () => {
      const shown = await system.get(path);
      return shown.body['status'] === 'expired' && shown.body;
    });
    expect(delivery).toMatchObject({
      end_reason: 'expires_at_passed',
      attempts: [{ status: 'ended', outcome: 'cancelled' }],
      next_attempt_at: null,
    });
    expect(Date.parse(String(delivery['ended_at'])) - Date.parse(String(delivery['expires_at']))).toBeLessThan(5000);
    expect(sink.messages).toHaveLength(0);
  });

  it('ends as superseded by a newer one of the same source and key, which alone is sent', async () => {
    const later = new Date(Date.now() + 1000).toISOString();
    const older = await system.post('deliveries', 'older', command('older@example.com', { supersede_key: 'cart-7', deliver_at: later }));
    const newer = await system.post('deliveries', 'newer', command('newer@example.com', { supersede_key: 'cart-7', deliver_at: later }));
    const other = await system.post('deliveries', 'other', {
      ...command('other@example.com', { supersede_key: 'cart-7' }),
      source: 'game',
    });
    await eventually('both others are sent', () => sink.messages.length === 2);
    const shown = await system.get(`deliveries/${String(older.body['delivery_id'])}`);
    expect(shown.body).toMatchObject({ status: 'superseded', end_reason: 'superseded', superseded_by: newer.body['delivery_id'] });
    expect(other.status).toBe(202);
    expect(sink.messages.flatMap(({ recipients }) => recipients).sort()).toEqual(['newer@example.com', 'other@example.com']);
  });

  it('is tried again by the schedule when the provider cannot be reached', async () => {
    await sink.close();
    const { body } = await system.post('deliveries', 'refused', command('refused@example.com', {}));
    const delivery = await eventually('a first attempt fails', async () => {
      const shown = await system.get(`deliveries/${String(body['delivery_id'])}`);
      return (shown.body['attempts'] as unknown[]).length === 2 && shown.body;
    });
    expect(delivery).toMatchObject({
      status: 'queued',
      attempts: [{ outcome: 'transport_failed', phase: 'connect' }, { status: 'scheduled' }],
    });
  });
});
