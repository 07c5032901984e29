import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { runMailctl, type MailctlRun } from './run-mailctl.js';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}';
const AGE = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \((?:\d+[smh] ?)+ago\)`;

// Each starts processes, of which a busy machine needs some time for each.
vi.setConfig({ testTimeout: 120_000 });

let sink: SmtpSink;
let system: MailSystem;
let sent: string;
let given: string;
let later: string;
beforeAll(async () => {
  sink = await startSmtpSink({ rcpt: (address) => (address.startsWith('busy') ? '450 4.2.1 mailbox busy' : null) });
  system = await startMailSystem(['intake-api', 'stream-consumer', 'scheduler', 'attempt-worker'], {
    sink,
    env: { MAIL_RETRY_SCHEDULE: '10ms', MAIL_STREAM_BLOCK_TIMEOUT: '100ms' },
  });
  sent = await accepted('sent', { to: ['ada@example.com', 'bob@example.com'], tags: { tenant: 'blue' } });
  given = await accepted('given-up', { to: ['busy@example.com'] });
  later = await accepted('later', { deliver_at: '2999-01-01T00:00:00Z' });
  const variables = { title: 'Hello', body: 'It works.', footer: 'Bye' };
  await system.add('shop', 'undeclared', {
    to: ['a@example.com'],
    content: { mode: 'template', template_id: 'notification.generic', variables },
  });
  await eventually('what was seeded comes to its end', async () => {
    const [one, two, refused] = await Promise.all([
      system.get(`deliveries/${sent}`),
      system.get(`deliveries/${given}`),
      system.get('malformed-commands'),
    ]);
    return one.body['status'] === 'sent' && two.body['status'] === 'dead_letter' && (refused.body['items'] as unknown[]).length === 1;
  });
}, 120_000);
afterAll(async () => {
  await system.stop();
  await sink.close();
});

async function accepted(key: string, more: object): Promise<string> {
  const content = { mode: 'rendered', subject: 'Hello', text: 'Hi there' };
  const { body } = await system.post('deliveries', key, { source: 'shop', to: ['a@example.com'], content, ...more });
  return String(body['delivery_id']);
}
const mailctl = (...args: string[]): Promise<MailctlRun> => runMailctl(system, args);
async function shown(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await mailctl(...args);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}
async function json(...args: string[]): Promise<MailctlRun['json']> {
  const run = await mailctl(...args, '--json');
  expect({ args, code: run.code, stderr: run.stderr }).toEqual({ args, code: 0, stderr: '' });
  return run.json;
}

describe('deliveries', () => {
  it('are listed in columns, plain where there is no terminal', async () => {
    const [title, ...lines] = (await shown('deliveries', 'list', '--tag', 'tenant=blue')).split('\n');
    expect(title).toMatch(/^DELIVERY +STATUS +CREATED +SOURCE +TEMPLATE +TO +NEXT$/);
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^${sent}  sent +${AGE}  shop +– +ada@example.com \\+1  –$`)), '']);
  });

  it('are listed for programs as one document a line, as the service gives them', async () => {
    const { body } = await system.get('deliveries');
    expect(await json('deliveries', 'list', '--all')).toEqual(body['items']);
  });

  it.each([
    [['--status', 'sent'], ['sent']],
    [
      ['--status', 'sent,dead_letter'],
      ['given-up', 'sent'],
    ],
    [
      ['--status', 'sent', '--status', 'queued'],
      ['later', 'sent'],
    ],
    [['--recipient', 'bob@example.com'], ['sent']],
    [['--key', 'later'], ['later']],
    [
      ['--source', 'shop', '--from', '1h'],
      ['later', 'given-up', 'sent'],
    ],
    [['--to', '1h'], []],
    [
      ['--source', 'shop', '--limit', '3'],
      ['later', 'given-up', 'sent'],
    ],
  ])('are found by %j', async (args, keys) => {
    expect((await json('deliveries', 'list', ...args)).map(({ idempotency_key }) => idempotency_key)).toEqual(keys);
  });

  it('are listed up to a limit, which is told of, or all, page by page', async () => {
    const limited = await mailctl('deliveries', 'list', '--limit', '2');
    expect(limited).toMatchObject({ code: 0, stderr: '(the newest 2; more with --limit or --all)\n' });
    expect(limited.stdout.split('\n')).toHaveLength(4);
    const none = await mailctl('deliveries', 'list', '--source', 'nobody');
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: '(none)\n' });
  });

  it('are shown with their recipients and attempts', async () => {
    const text = await shown('deliveries', 'show', given);
    expect(text).toMatch(new RegExp(`^delivery +${given}\nstatus +dead_letter \\(retry_schedule_used_up\\)\n`));
    expect(text).toMatch(/\nbusy@example.com +to +\S+ +450 4\.2\.1 mailbox busy\n/);
    expect(text).toMatch(/\n {0,}1 +ended +transient_rejected/);
    expect(await json('deliveries', 'show', given)).toEqual([(await system.get(`deliveries/${given}`)).body]);
  });

  it('are explained in the words of the service', async () => {
    const { summary } = (await system.get(`deliveries/${sent}/explain`)).body;
    expect(await shown('deliveries', 'explain', sent)).toContain(`${String(summary)}\n`);
    const { rule } = (await system.get(`deliveries/${later}/explain`)).body;
    const text = await shown('deliveries', 'explain', later);
    expect(text).toContain(`rule       ${String(rule)}\n`);
    expect(text).toContain(`cancel  POST /api/v1/internal/deliveries/${later}/cancel\nresend  not now: It has not ended.\n`);
  });

  it('show their attempts alone', async () => {
    expect((await shown('deliveries', 'attempts', sent)).split('\n')[1]).toMatch(/^1 +ended +provider_accepted .* 250 /);
    expect(await json('deliveries', 'attempts', given)).toMatchObject([{ number: 1 }, { number: 2 }]);
  });

  it('show their mail, or a part of it', async () => {
    expect(await shown('deliveries', 'content', sent)).toMatch(
      /^From +Galaxy <mail@galaxy\.example>\nTo +ada@example.com, bob@example.com\n[\s\S]*\n\nHi there\n$/,
    );
    expect(await shown('deliveries', 'content', sent, '--part', 'subject')).toBe('Hello\n');
    expect(await mailctl('deliveries', 'content', sent, '--part', 'html')).toMatchObject({
      code: 64,
      stderr: 'mailctl: this mail has no html\n',
    });
  });

  it('show nothing that moves the cursor of a terminal', async () => {
    const id = await accepted('escapes', { content: { mode: 'rendered', subject: 's', text: 'Hi \u009b31mthere\ttab' } });
    expect(await shown('deliveries', 'content', id)).toContain('Hi \\u009b31mthere\ttab\n');
    expect(await shown('deliveries', 'content', id, '--json')).toContain('Hi \\u009b31mthere\\ttab');
  });

  it('are sent again, under one key once', async () => {
    const resend = ['deliveries', 'resend', sent, '--idempotency-key', 'again'];
    const first = await shown(...resend);
    expect(first).toMatch(new RegExp(`^${sent} is sent again as ${UUID} \\(queued\\)\\.\n$`));
    expect(await shown(...resend)).toBe(first.replace('(queued)', '(as before)'));
    expect(await mailctl('deliveries', 'resend', later)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('409 not_terminal') as string,
    });
  });

  it('are cancelled, in the name of the operator', async () => {
    const id = await accepted('cancelled', { deliver_at: '2999-01-01T00:00:00Z' });
    expect(await shown('deliveries', 'cancel', id)).toBe(`${id} is cancelled.\n`);
    expect(await mailctl('deliveries', 'cancel', id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('409 not_cancellable') as string,
    });
    expect(await json('actions', 'list', '--delivery', id)).toMatchObject([{ operator: 'ada', action: 'cancel' }]);
    expect(await json('actions', 'list', '--by', 'nobody')).toEqual([]);
    expect(await shown('actions', 'list', '--action', 'cancel')).toMatch(new RegExp(`\n${AGE} +ada +cancel +${id} `));
  });
});

it('what was given up is listed with the last reply', async () => {
  expect(await shown('dead-letters', 'list')).toMatch(new RegExp(`\n${given} +${AGE} +shop +– +2 +\\S+ +450 4\\.2\\.1 mailbox busy\n$`));
  expect(await json('dead-letters', 'list')).toMatchObject([{ delivery_id: given, attempts: 2 }]);
});

it('what the stream refused is listed, shown, and tried again', async () => {
  const [refused] = await json('malformed', 'list');
  const id = String(refused?.['malformed_id']);
  expect(await shown('malformed', 'list')).toMatch(new RegExp(`\n${id} +${AGE} +shop +undeclared +validation_failed +– `));
  expect(await shown('malformed', 'show', id)).toMatch(/\ncode +validation_failed\n[\s\S]*"footer": /);
  expect(await mailctl('malformed', 'replay', id)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('400 validation_failed') as string,
  });
});

it('templates are listed, shown and previewed', async () => {
  expect(await shown('templates', 'list')).toMatch(/\nauth\.login_code +identity +de en +retry +code +sha256:[0-9a-f]{12} /);
  expect(await shown('templates', 'show', 'notification.generic')).toMatch(/\nlocales +de, en \(default\)\n[\s\S]*"title"/);
  const variables = JSON.stringify({ title: 'A title', body: 'A body' });
  const preview = ['templates', 'preview', 'notification.generic', '--variables', variables];
  expect(await shown(...preview)).toMatch(/^Template +notification\.generic en\nSubject +A title\n\n[\s\S]*A body/);
  expect(await shown(...preview, '--locale', 'de-AT', '--part', 'html')).toContain('A body');
  expect(await mailctl(...preview, '--variables', '{"title":"a"}')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('/variables/body') as string,
  });
});

it('stats are shown, once or again and again', async () => {
  const text = await shown('stats');
  expect(text).toMatch(/^SMTP mode: smtp\n\nDELIVERIES +NOW +ENDED IN THE LAST HOUR\nqueued +\d+ +–\n[\s\S]*\ndead_letter +1 +1\n/);
  expect(text).toMatch(/\nLANE +DUE +LATER +CLAIMED +IN PROGRESS +OLDEST DUE\nhigh +0 /);
  expect(text).toContain(`\n${system.stream.stream}  `);
  expect((await json('stats'))[0]).toHaveProperty('ended_last_hour.counts.dead_letter', 1);
});

it('a stream that is read is not adopted', async () => {
  expect(await mailctl('stream', 'incidents')).toMatchObject({ code: 0, stdout: '', stderr: '(none)\n' });
  expect(await mailctl('stream', 'adopt', system.stream.stream, '--yes')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('409 not_terminal') as string,
  });
  expect(await mailctl('stream', 'adopt', 'another', '--yes')).toMatchObject({ code: 2 });
});
