import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { DOCUMENTED, storeDocumentedState } from './documented-state.js';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { CTRL_C, CTRL_D, mailctlOnTerminal, onTerminal, type TerminalOptions } from './mailctl-on-terminal.js';

// Each starts processes, of which a busy machine needs some time for each.
vi.setConfig({ testTimeout: 120_000 });

let system: MailSystem;
beforeAll(async () => {
  system = await startMailSystem(['intake-api']);
  await storeDocumentedState(system);
}, 120_000);
afterAll(() => system.stop());

/** What a command shows that asks nothing. */
async function shownBy(
  args: readonly string[],
  options?: TerminalOptions,
): Promise<{ code: number | null; shown: string; lines: string[] }> {
  const terminal = mailctlOnTerminal(system, args, options);
  const code = await terminal.ended;
  const shown = terminal.shown();
  return { code, shown, lines: stripVTControlCharacters(shown).split('\r\n') };
}

// macOS has another `script`.
describe.skipIf(process.platform !== 'linux')('on a terminal', () => {
  describe('a change that wants to be confirmed', () => {
    const start = ['resend-plan', 'start', DOCUMENTED.plan];
    const question = 'Send 2 deliveries again, 50 a second (about 0s)? [y/N] ';
    const statusOf = async (): Promise<unknown> => (await system.get(`resend-plans/${DOCUMENTED.plan}`)).body['status'];

    test.each([
      ['no', 'n\r', 1],
      ['nothing', '\r', 1],
      ['anything else', 'yesterday\r', 1],
      ['Ctrl-D', CTRL_D, 1],
      ['Ctrl-C', CTRL_C, 130],
    ])('is not made where the answer is %s', async (_, keys, code) => {
      const terminal = mailctlOnTerminal(system, start);
      await terminal.shows(question);
      terminal.type(keys);
      expect(await terminal.ended).toBe(code);
      expect(terminal.shown()).toMatch(/\r\nmailctl: nothing was done\r\n$/);
      expect(await statusOf()).toBe('ready');
    });

    it('is made after a yes, in the name of the user of the machine', async () => {
      const terminal = mailctlOnTerminal(system, start);
      await terminal.shows(question);
      terminal.type('y\r');
      expect(await terminal.ended).toBe(0);
      expect(terminal.shown()).toContain(`${DOCUMENTED.plan} is running: 0 of 2, `);
      expect(await statusOf()).toBe('running');
      expect((await system.get('operator-actions?limit=1')).body['items']).toMatchObject([
        { action: 'start_resend_plan', operator: userInfo().username },
      ]);
    });

    it('shows how far it has come on one line, until Ctrl-C', async () => {
      const watching = mailctlOnTerminal(system, ['resend-plan', 'watch', DOCUMENTED.plan, '--interval', '50ms'], { columns: 40 });
      await watching.shows('\r\u001b[Krunning: 0 of 2', 3);
      watching.type(CTRL_C);
      expect(await watching.ended).toBe(130);
      // Each in place of the one before, and none wider than the terminal.
      const drawn = watching.shown().split('\r\u001b[K').slice(1, -1);
      expect(drawn.filter((line) => line.length >= 40 || line.includes('\n'))).toEqual([]);
    });
  });

  const LISTS = [
    ['deliveries', 'list'],
    ['deliveries', 'attempts', DOCUMENTED.queued],
    ['dead-letters', 'list'],
    ['malformed', 'list'],
    ['resend-plan', 'list'],
    ['templates', 'list'],
    ['stream', 'incidents'],
    ['actions', 'list'],
    ['stats'],
  ];
  test.each(LISTS.flatMap((args) => [80, 100, 160].map((columns) => [args.join(' '), columns, args] as const)))(
    '%s fits into %i columns',
    async (_, columns, args) => {
      const { code, lines } = await shownBy(args, { columns });
      expect(code).toBe(0);
      expect(lines.length).toBeGreaterThan(2);
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
    },
  );

  it('a table says more where there is more room', async () => {
    const [narrow, wide] = await Promise.all([80, 200].map((columns) => shownBy(['deliveries', 'list'], { columns })));
    expect(narrow?.lines[0]).toMatch(/^DELIVERY +STATUS +CREATED +SOURCE +TO$/);
    expect(narrow?.lines[1]).toMatch(/^[0-9a-f-]{36} {2}\w+ +\d+\w ago +/);
    expect(wide?.lines[0]).toMatch(/^DELIVERY +STATUS +CREATED +SOURCE +TEMPLATE +TO +NEXT$/);
  });

  it('a terminal that does not know its size is taken for one of 80 columns', async () => {
    const { lines } = await shownBy(['deliveries', 'list'], { columns: 0, rows: 0 });
    expect(lines[0]).toMatch(/^DELIVERY +STATUS +CREATED +SOURCE +TO$/);
    // Not cut as far as it goes.
    expect(lines.filter((line) => line.includes('  ada@example.com'))).toHaveLength(2);
  });

  test.each([
    [{}, true],
    [{ NO_COLOR: '' }, true],
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
  ])('with %j it is %s that there is colour', async (env, coloured) => {
    const { shown } = await shownBy(['deliveries', 'list'], { env });
    expect(shown.includes('\u001b[32msent\u001b[0m')).toBe(coloured);
    expect(shown.includes('\u001b[')).toBe(coloured);
  });

  describe('stats --watch', () => {
    it('are written over what they were, never past the last line, until Ctrl-C', async () => {
      const terminal = mailctlOnTerminal(system, ['stats', '--watch', '--interval', '50ms'], { rows: 12 });
      await terminal.shows('\u001b[H', 4);
      terminal.type(CTRL_C);
      expect(await terminal.ended).toBe(130);
      const [before, first = '', ...frames] = terminal.shown().split('\u001b[H');
      expect(before).toBe('\u001b[2J');
      expect(stripVTControlCharacters(first)).toMatch(
        /^\S+Z, every 0s, until Ctrl-C\r\n\r\nSMTP mode: stub \(nothing is sent\)\r\n\r\nDELIVERIES +NOW +ENDED IN THE LAST HOUR\r\nqueued +1 +–\r\n/,
      );
      // As the first: all of the screen is written, and nothing of it scrolls.
      for (const frame of [first, ...frames.slice(0, -1)]) {
        expect(frame.split('\r\n')).toHaveLength(12);
        expect(frame.endsWith('\u001b[K\r\n\u001b[J')).toBe(true);
        expect(stripVTControlCharacters(frame)).toMatch(/\(\d+ more lines\)\r\n$/);
      }
    });

    it('are whole in 24 lines', async () => {
      const { lines } = await shownBy(['stats']);
      expect(lines.length).toBeLessThan(22);
    });

    it('stay where they were while the service is away', async () => {
      const own = await startMailSystem(['intake-api']);
      const terminal = mailctlOnTerminal(own, ['stats', '--watch', '--interval', '50ms', '--timeout', '500ms']);
      await terminal.shows('DELIVERIES', 2);
      await own.stop();
      await terminal.shows('ECONNREFUSED');
      terminal.type(CTRL_C);
      expect(await terminal.ended).toBe(130);
      expect(
        stripVTControlCharacters(
          terminal
            .shown()
            .split('\u001b[H')
            .find((frame) => frame.includes('ECONNREFUSED')) ?? '',
        ),
      ).toContain('\nDELIVERIES');
    });
  });

  it('bash completes commands, options and values as they are typed', async () => {
    const bin = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'mailctl', 'bin', 'mailctl.js');
    const bash = onTerminal('bash --norc --noprofile -i', { columns: 200, env: { PS1: '> ', HOME: '/nonexistent', HISTFILE: '' } });
    bash.type(`mailctl() { '${process.execPath}' '${bin}' "$@"; }; source <(mailctl completion bash); echo re''ady\n`);
    await bash.shows('ready');
    bash.type('mailctl del\tl\t--sta\tdead\t');
    await bash.shows('mailctl deliveries list --status dead_letter ');
    // Takes the line back.
    bash.type('\u0015exit 7\n');
    expect(await bash.ended).toBe(7);
  });
});
