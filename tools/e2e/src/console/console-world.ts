import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { askOperator } from '../ask-operator.js';
import { startMailSystem, type MailSystem } from '../mail-system.js';
import { PATIENT } from '../patient.js';
import { storeHistory } from './console-history.js';

/** What the pages of the console are looked at with: a running system, and ids of what is in it. */
export interface ConsoleWorld {
  readonly system: MailSystem;
  readonly sent: string;
  readonly waiting: string;
  readonly later: string;
  readonly login: string;
  readonly deadLetter: string;
  readonly malformed: string;
  readonly plan: string;
  close(): Promise<void>;
}

export const LOGIN_CODE = '481516';
const TURN = {
  mode: 'template',
  template_id: 'game.turn_ready',
  locale: 'en',
  variables: {
    player_name: 'Ada',
    game_name: 'Andromeda Rising',
    turn: 17,
    events: [
      { title: 'Your scouts reached the Orion Gate', detail: 'Two unknown ships were seen leaving it.' },
      { title: 'Kepler Station was attacked' },
    ],
    game_url: 'https://game.example/andromeda/17',
    deadline: 'tomorrow at noon',
  },
};

export async function makeConsoleWorld(): Promise<ConsoleWorld> {
  const sink = await startSmtpSink({
    rcpt: (recipient) =>
      recipient.startsWith('full') ? '452 4.2.2 The mailbox is full' : recipient.startsWith('gone') ? '550 5.1.1 No such user' : null,
  });
  const system = await startMailSystem(['intake-api', 'stream-consumer', 'scheduler', 'attempt-worker'], { sink, env: PATIENT });
  try {
    await storeHistory(system);
    return { system, ...(await fill(system)), close: () => end(system, sink) };
  } catch (error) {
    await end(system, sink);
    throw error;
  }
}

async function end(system: MailSystem, sink: SmtpSink): Promise<void> {
  await system.stop();
  await sink.close();
}

async function fill(system: MailSystem) {
  const post = async (key: string, body: object): Promise<string> =>
    String((await system.post('deliveries', key, body)).body['delivery_id']);
  const game = { source: 'game', content: TURN, tags: { tenant: 'acme' } };
  const sent = await post('turn-17', { ...game, to: ['ada@example.com', 'gone@example.com'], cc: ['grace@example.com'], priority: 'high' });
  const waiting = await post('turn-18', { ...game, to: ['full@example.com'] });
  const later = await post('turn-19', {
    ...game,
    to: ['alan@example.com'],
    deliver_at: new Date(Date.now() + 3 * 3_600_000).toISOString(),
  });
  const asked = { email: 'ada@example.com', code: LOGIN_CODE, locale: 'en' };
  const login = String((await system.post('login-code-deliveries', 'login-1', asked)).body['delivery_id']);
  const undeclared = { ...TURN, variables: { ...TURN.variables, season: 3 } };
  await system.add('shop', 'order-1', { to: ['ada@example.com'], content: undeclared });
  await system.add('shop', 'order-2', '{"to":["ada@example.com"');
  await system.add('game', 'turn-20', { to: ['ada@example.com'], content: { mode: 'rendered', subject: 'Hello' }, priority: 'urgent' });
  await system.add('game', 'turn-21', { to: ['ada@example.com'], content: { mode: 'rendered', subject: 'Hello', text: 'It works.' } });
  await eventually('all are sent that can be', async () => {
    const { rows } = await system.database.client.query<{ status: string }>(
      `select d.status from deliveries d where d.delivery_id = any($1) and d.status = 'sent'`,
      [[sent, login]],
    );
    return rows.length === 2;
  });
  await eventually('one waits for its second attempt', async () => {
    const { attempts } = (await system.get(`deliveries/${waiting}`)).body as { attempts: unknown[] };
    return attempts.length === 2;
  });
  const malformed = await eventually('what is malformed was refused', async () => {
    const { items } = (await system.get('malformed-commands')).body as { items: { malformed_id: string; idempotency_key: string }[] };
    return items.length === 3 && items.find(({ idempotency_key }) => idempotency_key === 'order-1')?.malformed_id;
  });
  const { items } = (await system.get('dead-letters?limit=1')).body as { items: { delivery_id: string }[] };
  const made = await askOperator(system, 'POST', 'resend-plans', {
    headers: { 'idempotency-key': 'after-the-outage', 'x-operator': 'Grace Hopper' },
    body: { source: 'game', rate_per_second: 5 },
  });
  const plan = String(made.body['plan_id']);
  await eventually('the plan is ready', async () => (await system.get(`resend-plans/${plan}`)).body['status'] === 'ready');
  return { sent, waiting, later, login, malformed, plan, deadLetter: items[0]?.delivery_id ?? '' };
}
