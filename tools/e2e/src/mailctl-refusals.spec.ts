import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { runMailctl, type MailctlRun } from './run-mailctl.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';

// Each starts processes, of which a busy machine needs some time for each.
vi.setConfig({ testTimeout: 120_000 });

let system: MailSystem;
beforeAll(async () => {
  system = await startMailSystem(['intake-api']);
}, 90_000);
afterAll(() => system.stop());

const mailctl = (...args: string[]): Promise<MailctlRun> => runMailctl(system, args);

describe('what cannot be done', () => {
  test.each([
    [['deliveries', 'show', NOBODY], 2, 'mailctl: 404 not_found: There is no such delivery.\n'],
    [['deliveries', 'list', '--source', 'shop', '--template', 'x'], 1, 'mailctl: 400 validation_failed: '],
    [['delivery', 'list'], 64, "mailctl: unknown command 'delivery'\n(Did you mean deliveries?)\n"],
    [['deliveries', 'lst'], 64, "mailctl: unknown command 'lst'\n(Did you mean list?)\n"],
    [['deliveries', 'list', '--statu', 'sent'], 64, "mailctl: unknown option '--statu'\n(Did you mean --status?)\n"],
    [['deliveries', 'list', '--status', 'lost'], 64, '"lost" is not one of queued, sending, sent'],
    [['deliveries', 'list', '--from', 'yesterday'], 64, 'It must be a time such as'],
    [['deliveries', 'list', '--limit', '0'], 64, 'It must be a whole number above 0.'],
    [['deliveries', 'list', '--limit', '5', '--all'], 64, 'cannot be used with'],
    [['deliveries', 'show'], 64, "mailctl: missing required argument 'id'\n"],
    [['deliveries'], 64, 'Usage: mailctl deliveries'],
    [[], 64, 'Usage: mailctl'],
    [['stream', 'adopt', 'x'], 64, 'there is no terminal to ask on: say --yes'],
    [['stats', '--operator', 'Zo\u00eb\u200b'], 64, '--operator must have 1 to 128 visible characters'],
    [['stats', '--url', '127.0.0.1:8080'], 64, '--url must be an http:// or https:// address'],
    [['stats', '--url', '127.0.0.1:8080'], 64, 'did you mean http://127.0.0.1:8080?'],
  ])('%j exits %i, and says why', async (args, code, stderr) => {
    const run = await mailctl(...args);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout: '' });
    expect(run.stderr).toContain(stderr);
  });

  it('is told to programs as a document', async () => {
    const { code, stderr } = await mailctl('deliveries', 'show', NOBODY, '--json');
    expect([code, JSON.parse(stderr)]).toEqual([
      2,
      {
        error: { code: 'not_found', status: 404, detail: 'There is no such delivery.', errors: [], trace_id: expect.any(String) as string },
      },
    ]);
  });

  it('for want of a service exits 69', async () => {
    const { code, stderr } = await runMailctl({ url: 'http://127.0.0.1:9' }, ['stats']);
    expect(code).toBe(69);
    expect(stderr).toContain('Does intake-api listen there?');
  });
});

it('help is on standard output, and no failure', async () => {
  for (const args of [['--help'], ['deliveries', '--help'], ['resend-plan', 'create', '-h']]) {
    expect(await mailctl(...args)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Usage: mailctl/) as string });
  }
});
