import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { askOperator } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

const AT = '2026-01-02T03:04:05.006Z';
const id = (n: number): string => `019b7a5e-0000-7000-8000-00000000000${n}`;

let system: MailSystem;
beforeAll(async () => {
  system = await startMailSystem(['intake-api']);
}, 90_000);
afterAll(() => system.stop());

const rows = (sql: string, values: unknown[] = []) => system.database.client.query(sql, values);
const read = async (path: string): Promise<Record<string, unknown>> => {
  const { status, body } = await askOperator(system, 'GET', path);
  expect([path, status]).toEqual([path, 200]);
  return body;
};

async function refused(n: number, raw: unknown, more: { source?: string | null; code?: string } = {}): Promise<void> {
  const { source = 'shop', code = 'validation_failed' } = more;
  const bytes = raw === null ? null : Buffer.from(typeof raw === 'string' ? raw : JSON.stringify(raw));
  await rows(
    `insert into malformed_commands (malformed_id, stream, incarnation, entry_id, source, idempotency_key, raw, raw_bytes, sha256, code, reason, created_at)
    values ($1, 'mail:delivery_commands', 1, $2, $3, 'key', $4, $5, sha256($4), $6, 'why', $7)`,
    [id(n), `${n}-0`, source, bytes, bytes?.length ?? 7, code, AT],
  );
}

describe('GET /malformed-commands', () => {
  beforeAll(async () => {
    const content = { mode: 'template', template_id: 'auth.login_code', locale: 'en', variables: { code: '246813', name: 'Ada' } };
    await refused(1, '{"cut');
    await rows(`update malformed_commands set code = 'malformed_json'`);
    await refused(2, null, { source: 'auth' });
    await refused(3, { to: ['a@x.example'], content, secret_code: '246813' });
    await refused(4, { to: ['a@x.example'], content: { ...content, template_id: 'not.there', varaibles: { code: '246813' } } });
    await refused(5, {
      to: ['a@x.example'],
      content: { mode: 'rendered', subject: 's', text: 't', body: '246813' },
      attachments: [{ filename: 'a.txt', content_type: 'text/plain', content_base64: 'AAAA', note: '246813' }],
    });
  });

  it('lists what was refused and why, newest first, without the commands', async () => {
    const { items, next_cursor } = (await read('malformed-commands')) as { items: Record<string, unknown>[]; next_cursor: unknown };
    expect(next_cursor).toBeNull();
    expect(items.map(({ malformed_id }) => malformed_id)).toEqual([5, 4, 3, 2, 1].map(id));
    expect(items.at(-1)).toEqual({
      malformed_id: id(1),
      stream: 'mail:delivery_commands',
      incarnation: 1,
      entry_id: '1-0',
      source: 'shop',
      idempotency_key: 'key',
      code: 'malformed_json',
      reason: 'why',
      faults: [],
      raw_bytes: 5,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      created_at: AT,
      replayed_at: null,
      delivery_id: null,
      replay_outcome: null,
    });
    expect(items.slice(0, 4).map(({ sha256 }) => sha256)).toEqual([null, null, null, null]);
  });

  it('shows of one that cannot be read its length and its hash alone', async () => {
    expect(await read(`malformed-commands/${id(1)}`)).toMatchObject({ command: null, raw_bytes: 5, sha256: expect.any(String) });
  });

  it('shows nothing of what may hold a login code', async () => {
    expect(await read(`malformed-commands/${id(2)}`)).toMatchObject({ source: 'auth', command: null, raw_bytes: 7, sha256: null });
  });

  it('shows a command with the secrets of its template masked, and what the schema does not know', async () => {
    expect(await read(`malformed-commands/${id(3)}`)).toMatchObject({
      sha256: null,
      command: {
        to: ['a@x.example'],
        content: { mode: 'template', template_id: 'auth.login_code', locale: 'en', variables: { code: '••••••' } },
        secret_code: '••••••',
      },
    });
  });

  it('masks every variable of a template that is not there, and a misspelt name', async () => {
    const { command } = await read(`malformed-commands/${id(4)}`);
    expect(command).toMatchObject({ content: { variables: { code: '••••••', name: '••••••' }, varaibles: '••••••' } });
  });

  it('shows a rendered mail, and of attachments the length', async () => {
    const { command } = await read(`malformed-commands/${id(5)}`);
    expect(command).toMatchObject({
      content: { subject: 's', text: 't', body: '••••••' },
      attachments: [{ filename: 'a.txt', content_type: 'text/plain', content_base64: '4 characters', note: '••••••' }],
    });
  });

  it.each([1, 2, 3, 4, 5])('no answer has a code: %s', async (n) => {
    expect(JSON.stringify(await read(`malformed-commands/${id(n)}`))).not.toContain('246813');
  });

  it('finds nothing under another id', async () => {
    expect(await askOperator(system, 'GET', `malformed-commands/${id(9)}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await askOperator(system, 'GET', `malformed-commands/7`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('GET /dead-letters', () => {
  it('tells the reason and the last reply', async () => {
    const { body } = await system.post('deliveries', 'dead', {
      source: 'shop',
      to: ['a@x.example'],
      content: { mode: 'rendered', subject: 's', text: 't' },
    });
    await rows(
      `insert into dead_letters (delivery_id, reason, attempts, smtp_code, enhanced_code, smtp_reply, created_at)
      values ($1, 'transient_rejected', 6, 450, '4.1.1', '450 4.1.1 later', $2)`,
      [body['delivery_id'], AT],
    );
    expect(await read('dead-letters')).toEqual({
      items: [
        {
          delivery_id: body['delivery_id'],
          source: 'shop',
          idempotency_key: 'dead',
          template_id: null,
          reason: 'transient_rejected',
          attempts: 6,
          smtp_code: 450,
          enhanced_code: '4.1.1',
          smtp_reply: '450 4.1.1 later',
          error: null,
          created_at: AT,
        },
      ],
      next_cursor: null,
    });
  });
});

describe('GET /stream/incidents', () => {
  it('tells what went missing', async () => {
    await rows(
      `insert into stream_incidents (incident_id, stream, incarnation, kind, offset_id, detail, detected_at) values ($1, 's', 1, 'gap', '1-0', '{"entries_missing":3}', $2)`,
      [id(1), AT],
    );
    expect(await read('stream/incidents')).toEqual({
      items: [
        {
          incident_id: id(1),
          stream: 's',
          incarnation: 1,
          kind: 'gap',
          offset_id: '1-0',
          detail: { entries_missing: 3 },
          detected_at: AT,
          resolved_at: null,
        },
      ],
      next_cursor: null,
    });
  });
});

describe('GET /operator-actions', () => {
  beforeAll(async () => {
    for (const [n, operator, action] of [
      [1, 'ada', 'resend'],
      [2, 'bob', 'cancel'],
      [3, 'ada', 'cancel'],
    ] as const) {
      await rows(
        `insert into operator_actions (action_id, operator, action, delivery_ids, detail, created_at) values ($1, $2, $3, $4, '{"note":"n"}', $5)`,
        [id(n), operator, action, [id(n), id(9)], AT],
      );
    }
  });

  it.each([
    ['', [3, 2, 1]],
    ['?operator=ada', [3, 1]],
    ['?action=cancel', [3, 2]],
    [`?delivery_id=${id(2)}`, [2]],
    [`?delivery_id=${id(9).toUpperCase()}`, [3, 2, 1]],
    ['?operator=nobody', []],
    ['?operator=ada&created_to=2026-01-02T03:04:05.006Z', []],
  ] as const)('%s', async (query, expected) => {
    const { items } = (await read(`operator-actions${query}`)) as { items: Record<string, unknown>[] };
    expect(items.map(({ action_id }) => action_id)).toEqual(expected.map(id));
  });

  it('pages through those of one operator', async () => {
    const first = await read('operator-actions?operator=ada&limit=1');
    const second = await read(`operator-actions?operator=ada&limit=1&cursor=${String(first['next_cursor'])}`);
    expect([first, second]).toMatchObject([{ items: [{ action_id: id(3) }] }, { items: [{ action_id: id(1) }], next_cursor: null }]);
  });

  it('refuses what no index serves', async () => {
    expect(await askOperator(system, 'GET', 'operator-actions?operator=ada&action=cancel')).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ pointer: '/action' }] },
    });
  });
});

test.each(['dead-letters', 'malformed-commands', 'stream/incidents', 'operator-actions'])(
  '%s takes no cursor of another list, and no unknown parameter',
  async (path) => {
    const { next_cursor } = await read('malformed-commands?limit=1');
    const other = path === 'malformed-commands' ? 'created_from=2026-01-01T00:00:00Z&' : '';
    expect(await askOperator(system, 'GET', `${path}?${other}cursor=${String(next_cursor)}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
    expect(await askOperator(system, 'GET', `${path}?status=sent`)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  },
);

describe('GET /stats', () => {
  it('tells how deep the queues are, what ended, and where the streams stand', async () => {
    await rows(
      `insert into stream_offsets (stream, last_id, consumed, accepted, lease_holder, lease_expires_at, updated_at)
      values ('s', (extract(epoch from $1::timestamptz) * 1000)::bigint || '-3', 2, 2, 'consumer-1', $1, $1::timestamptz + interval '1500 ms')`,
      [AT],
    );
    await rows(`update attempts set scheduled_at = now() - interval '1 minute'`);
    const body = await read('stats');
    expect(body).toMatchObject({
      smtp_mode: 'stub',
      deliveries: expect.arrayContaining([
        { status: 'queued', count: 1, capped: false },
        { status: 'sent', count: 0, capped: false },
      ]),
      lanes: [
        { priority: 'high', due: { count: 0, capped: false }, oldest_due_at: null, oldest_due_age_ms: 0 },
        {
          priority: 'normal',
          due: { count: 1, capped: false },
          later: { count: 0, capped: false },
          claimed: { count: 0, capped: false },
          in_progress: { count: 0, capped: false },
        },
        { priority: 'bulk' },
      ],
      ended_last_hour: { since: null, capped: false, counts: {}, by_minute: [] },
      streams: [{ stream: 's', consumed: 2, accepted: 2, lag_ms: 1500, lease_holder: 'consumer-1', lease_expires_at: AT, halted_at: null }],
    });
    const [, normal] = body['lanes'] as { oldest_due_age_ms: number }[];
    expect(normal?.oldest_due_age_ms).toBeGreaterThanOrEqual(60_000);
  });

  it('counts no further than ten thousand', async () => {
    await rows(
      `insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, message_id, from_email, created_at, ended_at, on_uncertain)
      select gen_random_uuid(), 's', n::text, 'sent', 'provider_accepted', 'normal', 'm', 'f', now(), now() - n * interval '1 ms', 'retry' from generate_series(1, 10001) n`,
    );
    const { deliveries, ended_last_hour } = await read('stats');
    expect(deliveries).toContainEqual({ status: 'sent', count: 10_000, capped: true });
    expect(ended_last_hour).toMatchObject({ since: expect.any(String), capped: true, counts: { sent: 10_000 } });
    const { by_minute } = ended_last_hour as { by_minute: { minute: string; counts: { sent: number } }[] };
    expect(by_minute.reduce((sum, { counts }) => sum + counts.sent, 0)).toBe(10_000);
    for (const { minute } of by_minute) expect(minute).toMatch(/:00\.000Z$/);
  });
});

describe('MAIL_OPERATOR_REQUEST_TIMEOUT', () => {
  it('is 504 for a read that takes longer, and the database does not go on with it', async () => {
    await rows('begin; lock table operator_actions in access exclusive mode');
    try {
      await system.start('intake-api', { MAIL_OPERATOR_REQUEST_TIMEOUT: '200ms', MAIL_INTERNAL_HTTP_ADDR: '127.0.0.1:0' });
      const url = String((await system.processes.get('intake-api')?.logged('listening'))?.['url']).replace('[::1]', '127.0.0.1');
      expect(await askOperator({ url }, 'GET', 'operator-actions')).toMatchObject({ status: 504, body: { code: 'operator_timeout' } });
      const waiting = `select from pg_stat_activity where datname = current_database() and query like '%from operator_actions%' and wait_event_type = 'Lock'`;
      // Well before any other bound of a statement, which is 5 s.
      await eventually('the database gave up', async () => (await rows(waiting)).rows.length === 0, 2000);
    } finally {
      await rows('rollback');
    }
  });
});
