import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { askOperator, type OperatorAnswer } from './ask-operator.js';
import type { MailSystem } from './mail-system.js';

/** The span of whoever calls, in each of the traces. */
export const CALLER = 'b7ad6b7169203331';
export const TRACES = {
  http: '0af7651916cd43dd8448eb211c80319c',
  stream: '1bf7651916cd43dd8448eb211c80319d',
  refused: '2cf7651916cd43dd8448eb211c80319e',
  lost: '3df7651916cd43dd8448eb211c80319f',
  plan: '4ef7651916cd43dd8448eb211c8031a0',
  resend: '5ff7651916cd43dd8448eb211c8031a1',
  replay: '6af7651916cd43dd8448eb211c8031a2',
} as const;
const traceparent = (of: keyof typeof TRACES): string => `00-${TRACES[of]}-${CALLER}-01`;

const LOGIN = { username: 'relay', password: 'Sm7p-Passw0rd' };
export const SMTP_LOGIN = { MAIL_SMTP_USERNAME: LOGIN.username, MAIL_SMTP_PASSWORD: LOGIN.password };
/** Nothing of these may be told to anyone. */
export const SECRETS = ['493817', LOGIN.password, 'Confidential subject', 'Confidential body', '@example.com', '%40example.com'];

/** Puts off each first mail to `later-…`, and refuses each first one to `never-…`. */
export function telemetrySink(): Promise<SmtpSink> {
  const known = new Set<string>();
  return startSmtpSink({
    auth: LOGIN,
    rcpt(recipient) {
      const first = !known.has(recipient);
      known.add(recipient);
      if (first && recipient.startsWith('later-')) return `450 4.2.1 <${recipient}> is busy`;
      return first && recipient.startsWith('never-') ? `550 5.1.1 <${recipient}> is unknown` : null;
    },
  });
}

const DAY_MS = 86_400_000;
const content = { mode: 'rendered', subject: 'Confidential subject', text: 'Confidential body' };
const mail = (to: string) => ({ to: [to], content });

/**
 * Twelve mails that end, and one that waits: sent at the second attempt, by both doors; a login code; refused, and sent again by a plan;
 * sent again alone; a malformed command, tried again; one whose worker was lost; superseded; cancelled. Replays and refusals beside.
 */
export async function sendTraffic(system: MailSystem): Promise<void> {
  const { client } = system.database;
  const { redis, stream } = system.stream;
  const ask = (path: string, headers: Record<string, string>, body?: unknown): Promise<OperatorAnswer> =>
    askOperator(system, 'POST', path, { headers, body });
  const accept = async (key: string, body: object, of?: keyof typeof TRACES): Promise<OperatorAnswer> => {
    const headers = { 'idempotency-key': key, ...(of === undefined ? {} : { traceparent: traceparent(of) }) };
    const answer = await ask('deliveries', headers, { source: 'shop', ...body });
    if (answer.status !== 202) throw new Error(`${key} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const ended = (status: string, count: number) =>
    eventually(
      `${count} are ${status}`,
      async () => {
        const { rows } = await client.query<{ count: number }>('select count(*)::int from deliveries where status = $1', [status]);
        return rows[0]?.count === count;
      },
      120_000,
    );

  const first = await accept('k1', mail('later-http@example.com'), 'http');
  const fields = ['source', 'shop', 'idempotency_key', 'k2', 'command', JSON.stringify(mail('later-stream@example.com'))];
  await redis.xadd(stream, '*', ...fields, 'traceparent', traceparent('stream'), 'requested_at_ms', String(Date.now()));
  await system.post('login-code-deliveries', 'k3', { email: 'ada@example.com', code: '493817', locale: 'de' });
  for (const name of ['never-1', 'never-2']) await accept(name, { source: 'again', ...mail(`${name}@example.com`) });
  const waiting = { deliver_at: new Date(Date.now() + DAY_MS).toISOString() };
  const lost = await accept('lost', { ...mail('lost@example.com'), ...waiting }, 'lost');
  // As it looks when its worker has died an hour ago, and never came to its end.
  await client.query(
    `update attempts set status = 'in_progress', claimed_at = now() - interval '1 h', started_at = now() - interval '1 h', worker_id = 'gone',
      token = gen_random_uuid() where delivery_id = $1`,
    [lost.body['delivery_id']],
  );
  await accept('older', { ...mail('ada@example.com'), ...waiting, supersede_key: 'one' });
  const newer = await accept('newer', { ...mail('ada@example.com'), ...waiting, supersede_key: 'one' });
  await ask(`deliveries/${String(newer.body['delivery_id'])}/cancel`, {});
  await accept('waits', { ...mail('ada@example.com'), ...waiting });
  await ended('sent', 4);
  await ended('failed', 2);

  await accept('k1', mail('later-http@example.com'), 'http');
  // The same, but for the trace: that of the caller's second try is another.
  await redis.xadd(stream, '*', ...fields, 'requested_at_ms', String(Date.now()));
  await ask('deliveries', { 'idempotency-key': 'k4' }, { source: 'shop', to: ['ada@example.com'] });
  const malformed = ['source', 'shop', 'idempotency_key', 'k5', 'command', '{"to": ["ada@example.com"'];
  await redis.xadd(stream, '*', ...malformed, 'traceparent', traceparent('refused'));
  const malformedId = await eventually(
    'the malformed command is recorded',
    async () => (await client.query<{ malformed_id: string }>('select malformed_id from malformed_commands')).rows[0]?.malformed_id,
    120_000,
  );
  // Mended, as by a catalog that knows more.
  await client.query('update malformed_commands set raw = $1::bytea, raw_bytes = octet_length($1::bytea)', [
    Buffer.from(JSON.stringify(mail('ada@example.com'))),
  ]);
  await ask(`malformed-commands/${malformedId}/replay`, { traceparent: traceparent('replay') });
  await ask(`deliveries/${String(first.body['delivery_id'])}/resend`, { 'idempotency-key': 'r1', traceparent: traceparent('resend') });
  await sendPlan(system);
  await ended('sent', 8);
  await askOperator(system, 'GET', 'deliveries?recipient=later-http%40example.com');
}

/** Sends what was refused again, by a plan. */
async function sendPlan(system: MailSystem): Promise<void> {
  const made = await askOperator(system, 'POST', 'resend-plans', { headers: { 'idempotency-key': 'p1' }, body: { source: 'again' } });
  const path = `resend-plans/${String(made.body['plan_id'])}`;
  const until = (status: string) =>
    eventually(`the plan is ${status}`, async () => (await askOperator(system, 'GET', path)).body['status'] === status, 120_000);
  await until('ready');
  await askOperator(system, 'POST', `${path}/start`, { headers: { traceparent: traceparent('plan') } });
  await until('done');
}
