import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { startOtlpCollector, type OtlpCollector } from '@mail/testing/otlp-collector';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askOperator } from './ask-operator.js';
import { APPS } from './mail-process.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

// One of each thing that happens, with every exporter on; then all that came out of the processes is searched.
const LOGIN = { username: 'relay-login', password: 'Sm7p-Passw0rd' };
/** Not digits alone: in so much output those come about by chance. */
const CODES = { sent: 'Kx4815-Qz', retried: 'Kx1623-Qz', malformed: 'Kx4208-Qz', refused: 'Kx3141-Qz', bare: 'Kx2718-Qz' };
/** In subjects, bodies and variables, and nowhere else. */
const WORDS = ['zinnoberrot', 'papageienblau', 'kanariengelb', 'smaragdgruen'];
const [SUBJECT = '', TEXT = '', TITLE = '', PLAYER = ''] = WORDS;
/** Of every address here. */
const DOMAINS = ['@geheim.example', '%40geheim.example'];
const to = (name: string): string => `${name}@geheim.example`;

let collector: OtlpCollector;
let sink: SmtpSink;
let system: MailSystem;
/** Every HTTP answer, but for those that show an operator the mail itself. */
const answers: string[] = [];
let shown = '';

beforeAll(async () => {
  collector = await startOtlpCollector();
  const known = new Set<string>();
  sink = await startSmtpSink({
    auth: LOGIN,
    rcpt(recipient) {
      const again = known.has(recipient);
      known.add(recipient);
      return recipient.startsWith('later-') && !again ? `450 4.2.1 <${recipient}> is busy` : null;
    },
  });
  system = await startMailSystem(APPS, {
    sink,
    env: {
      MAIL_SMTP_USERNAME: LOGIN.username,
      MAIL_SMTP_PASSWORD: LOGIN.password,
      MAIL_RETRY_SCHEDULE: '1s,1s',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      MAIL_OTEL_STDOUT_TRACES_ENABLED: 'true',
      MAIL_OTEL_STDOUT_METRICS_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoints['http/protobuf'],
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_METRIC_EXPORT_INTERVAL: '2000',
      OTEL_METRIC_EXPORT_TIMEOUT: '1900',
    },
  });
  await use();
  await eventually(
    'the metrics of every process are sent',
    () => {
      const told = collector.metrics.get('mail.postgres.pool.waiting')?.series.map(({ resource }) => resource['mail.app']);
      return APPS.every((app) => told?.includes(app));
    },
    120_000,
  );
  for (const process of system.processes.values()) process.kill('SIGTERM');
  await Promise.all([...system.processes.values()].map(({ exited }) => exited));
}, 400_000);
afterAll(async () => {
  await system.stop();
  await sink.close();
  await collector.close();
});

async function ask(method: 'GET' | 'POST', path: string, body?: unknown, key?: string) {
  const headers = { 'x-operator': 'ada', ...(key === undefined ? {} : { 'idempotency-key': key }) };
  const answer = await askOperator(system, method, path, { headers, body });
  answers.push(JSON.stringify([answer.body, [...answer.headers]]));
  return answer;
}
const accepted = async (key: string, path: string, body: unknown): Promise<string> => {
  const answer = await ask('POST', path, body, key);
  expect([key, answer.status]).toEqual([key, 202]);
  return String(answer.body['delivery_id']);
};
const counted = (what: string, sql: string, count: number) =>
  eventually(what, async () => (await system.database.client.query<{ n: number }>(sql)).rows[0]?.n === count, 120_000);

async function use(): Promise<void> {
  const rendered = { mode: 'rendered', subject: SUBJECT, text: TEXT, html: `<p>${TEXT}</p>` };
  const generic = { mode: 'template', template_id: 'notification.generic', locale: 'de', variables: { title: TITLE, body: TEXT } };
  const game = { player_name: PLAYER, game_name: 'Mars', turn: 3, events: [], game_url: 'https://games.example/3' };
  const turn = { mode: 'template', template_id: 'game.turn_ready', locale: 'en', variables: game };
  const code = await accepted('code', 'login-code-deliveries', { email: to('ada'), code: CODES.sent, locale: 'en' });
  await accepted('retried', 'login-code-deliveries', { email: to('later-ada'), code: CODES.retried, locale: 'de' });
  const plain = await accepted('plain', 'deliveries', { source: 'shop', to: [to('later-bob')], content: rendered });
  await system.add('shop', 'by-stream', { to: [to('cleo')], cc: [to('dora')], content: generic });
  await system.add('game', 'turn', { to: [to('emil')], content: turn });
  await counted('all are sent', `select count(*)::int as n from deliveries where status = 'sent'`, 5);

  await accepted('again', `deliveries/${plain}/resend`, undefined);
  for (const id of [code, plain]) {
    for (const part of ['', '/attempts', '/explain']) await ask('GET', `deliveries/${id}${part}`);
    shown += JSON.stringify((await askOperator(system, 'GET', `deliveries/${id}/content`, { headers: { 'x-operator': 'ada' } })).body);
  }
  await ask('POST', `deliveries/${code}/resend`, undefined, 'code-again');
  await ask('GET', `deliveries?recipient=${encodeURIComponent(to('ada'))}`);
  await ask('GET', 'stats');
  await ask('GET', 'templates');

  // Refused at both doors, each with a secret in it.
  await ask('POST', 'login-code-deliveries', { email: to('ada'), code: CODES.refused, locale: 'en', more: 1 }, 'refused');
  await ask('POST', 'login-code-deliveries', `{"email":"${to('ada')}","code":"${CODES.refused}",,}`, 'no-json');
  const asCode = { mode: 'template', template_id: 'auth.login_code', locale: 'en', variables: { code: CODES.malformed, more: 1 } };
  await system.add('shop', 'no-such-variable', { to: [to('ada')], content: asCode });
  await system.add('auth', 'no-json', `{"to":["${to('ada')}"],"variables":{"code":"${CODES.bare}"},,`);
  await counted('both are recorded', 'select count(*)::int as n from malformed_commands', 2);
  const { body } = await ask('GET', 'malformed-commands');
  for (const { malformed_id } of body['items'] as { malformed_id: string }[]) {
    await ask('GET', `malformed-commands/${malformed_id}`);
    await ask('POST', `malformed-commands/${malformed_id}/replay`);
  }
  await counted('the resend is sent', `select count(*)::int as n from deliveries where status = 'sent'`, 6);
}

/** What each thing was found in: also in base64, as in a login, and as it stands in a URL. */
function found(secrets: readonly string[], outputs: Readonly<Record<string, readonly (string | Buffer)[]>>): string[] {
  return secrets.flatMap((secret) => {
    expect(secret.length).toBeGreaterThan(5);
    const forms = new Set([secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')]);
    return Object.entries(outputs).flatMap(([name, texts]) =>
      [...forms].filter((form) => texts.some((text) => text.includes(form))).map((form) => `${form} in ${name}`),
    );
  });
}
const passwords = (): string[] => [
  LOGIN.password,
  system.env['MAIL_REDIS_PASSWORD'] ?? '',
  new URL(system.env['MAIL_POSTGRES_PRIMARY_DSN'] ?? '').password,
];
const outputs = () => ({
  ...Object.fromEntries([...system.processes].map(([app, process]) => [app, [process.output()]])),
  OTLP: collector.raw,
});

it('there was something to find: mails, spans and metrics at both exporters, and lines of every process', () => {
  expect(sink.messages).toHaveLength(6);
  expect(sink.messages.some(({ raw }) => raw.includes(CODES.sent))).toBe(true);
  expect(shown).toContain(TEXT);
  expect(new Set(collector.spans.map(({ resource }) => resource['mail.app']))).toEqual(new Set(APPS));
  for (const [app, process] of system.processes) {
    expect([app, process.log.some(({ event }) => event === 'started')]).toEqual([app, true]);
    expect([app, process.output().includes('mail.postgres.pool.waiting')]).toEqual([app, true]);
  }
  for (const app of ['intake-api', 'stream-consumer', 'scheduler', 'attempt-worker'] as const) {
    expect([app, system.processes.get(app)?.output().includes('instrumentationScope')]).toEqual([app, true]);
  }
  expect(answers.length).toBeGreaterThan(20);
});

it('login codes and passwords are in no line, span, metric or answer, not in that which shows the mail either', () => {
  expect(found([...Object.values(CODES), ...passwords()], { ...outputs(), answers, content: [shown] })).toEqual([]);
});

it('what mails say, and whom they are for, is in no line at info, no span and no metric', () => {
  expect(found([...WORDS, ...DOMAINS], outputs())).toEqual([]);
});
