import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS } from './mail-process.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

const rendered = (to: string, subject: string) => ({ to: [to], content: { mode: 'rendered', subject, text: `For ${to}` } });

describe.each([
  { how: 'with notifications', notify: 'true' },
  { how: 'by polling alone', notify: 'false' },
])('the five processes, $how', ({ notify }) => {
  let sink: SmtpSink;
  let system: MailSystem;
  beforeAll(async () => {
    sink = await startSmtpSink();
    system = await startMailSystem(APPS, { sink, env: { MAIL_POSTGRES_NOTIFY_ENABLED: notify } });
  }, 120_000);
  afterAll(async () => {
    await system.stop();
    await sink.close();
  });

  it('carry a login code from HTTP to SMTP, and wipe it afterwards', async () => {
    const answer = await system.post('login-code-deliveries', 'login-1', { email: 'ada@example.com', code: '493817', locale: 'de-AT' });
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'queued' } });
    const path = `deliveries/${String(answer.body['delivery_id'])}`;
    expect(answer.headers.get('location')).toBe(`/api/v1/internal/${path}`);
    const delivery = await eventually('the login code is sent', async () => {
      const { body } = await system.get(path);
      return body['status'] === 'sent' && body;
    });
    expect(delivery).toMatchObject({
      source: 'auth',
      priority: 'high',
      template_id: 'auth.login_code',
      locale: 'de',
      end_reason: 'provider_accepted',
      recipients: [{ address: 'ada@example.com', kind: 'to', outcome: 'accepted', smtp_code: 250 }],
      attempts: [{ number: 1, status: 'ended', outcome: 'provider_accepted', phase: 'final' }],
    });
    const message = sink.messages.find(({ recipients }) => recipients.includes('ada@example.com'));
    const mail = await simpleParser(message?.raw ?? Buffer.alloc(0));
    expect(mail.messageId).toBe(delivery['message_id']);
    expect(mail.text).toContain('493817');
    expect(mail.html).toContain('493817');
    const { rows } = await system.database.client.query<{ left: number }>(
      `select count(*)::int as left from delivery_payloads p join idempotency_keys k using (delivery_id)
       where p.secret_variables is not null or k.secret_hash is not null or p.content::text like '%493817%'`,
    );
    expect(rows[0]?.left).toBe(0);
    const output = [...system.processes.values()].map((process) => process.output()).join('');
    expect(output).not.toContain('493817');
    expect(JSON.stringify(delivery)).not.toContain('493817');
  });

  it('carry commands from the stream to SMTP, one mail a key, and record what cannot be accepted', async () => {
    for (let number = 1; number <= 20; number += 1) {
      await system.add('shop', `order-${number}`, rendered(`buyer${number}@example.com`, `Order ${number}`));
    }
    await system.add('shop', 'order-1', rendered('buyer1@example.com', 'Order 1'));
    await system.add('shop', 'order-2', rendered('buyer2@example.com', 'Another order'));
    const last = await system.add('shop', 'broken', '{"to": [');
    const query = async <Row extends object>(sql: string) => (await system.database.client.query<Row>(sql)).rows;
    await eventually(
      'the stream is consumed',
      async () => (await query<{ last_id: string }>('select last_id from stream_offsets'))[0]?.last_id === last,
    );
    await eventually(
      'all are sent',
      async () =>
        (await query<{ sent: number }>(`select count(*)::int as sent from deliveries where source = 'shop' and status = 'sent'`))[0]
          ?.sent === 20,
    );
    expect(await query('select consumed, accepted, replayed, malformed from stream_offsets')).toEqual([
      { consumed: '23', accepted: '20', replayed: '1', malformed: '2' },
    ]);
    expect(await query('select code, idempotency_key from malformed_commands order by code')).toEqual([
      { code: 'idempotency_conflict', idempotency_key: 'order-2' },
      { code: 'malformed_json', idempotency_key: 'broken' },
    ]);
    const received = sink.messages.flatMap(({ recipients }) => recipients).filter((address) => address.startsWith('buyer'));
    expect(received.sort()).toEqual(Array.from({ length: 20 }, (_, index) => `buyer${index + 1}@example.com`).sort());
  });

  it('go on after any one of them was killed and started again', async () => {
    for (const app of APPS) {
      const key = `killed-${app}`;
      const killed = system.processes.get(app);
      if (app === 'intake-api') await system.post('deliveries', key, { source: 'shop', ...rendered(`${key}@example.com`, key) });
      else await system.add('shop', key, rendered(`${key}@example.com`, key));
      killed?.kill('SIGKILL');
      await killed?.exited;
      await system.start(app, {
        MAIL_SMTP_TIMEOUT: '2s',
        MAIL_SCHEDULER_CLAIM_MARGIN: '1s',
        MAIL_SCHEDULER_RECOVERY_INTERVAL: '1s',
        MAIL_RETRY_SCHEDULE: '1s,1s',
      });
    }
    await eventually(
      'all that was accepted has ended as sent',
      async () => {
        const { rows } = await system.database.client.query<{ sent: number }>(
          `select count(*)::int as sent from deliveries where idempotency_key like 'killed-%' and status = 'sent'`,
        );
        return rows[0]?.sent === APPS.length;
      },
      90_000,
    );
    for (const app of APPS) {
      const copies = sink.messages.filter(({ recipients }) => recipients.includes(`killed-${app}@example.com`));
      expect(copies.length).toBeGreaterThanOrEqual(1);
      expect(new Set(copies.map(({ raw }) => raw.toString())).size).toBe(1);
    }
  }, 180_000);
});
