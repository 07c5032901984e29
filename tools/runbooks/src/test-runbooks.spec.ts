import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import { expect, it } from 'vitest';

/** The command in a process of its own, on what is built. */
function testRunbooks(...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const program = join(projectRoot, 'tools', 'runbooks', 'src', 'test-runbooks.ts');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, '--built', ...args], {
      cwd: projectRoot,
      env: { ...process.env, NODE_ENV: 'test', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

// The alerts' time goes slower than by default, since specs of others run beside it.
it('two alerts fire, and their runbooks mend what raised them', async () => {
  const { code, output } = await testRunbooks(
    '--as',
    'spec',
    '--factor',
    '30',
    '--jobs',
    '1',
    '--only',
    'MailUnaccounted,MailNothingClaimed',
  );
  expect(output).toContain('2 passed, 0 failed');
  expect(code).toBe(0);
}, 400_000);

it.each([
  [['--only', 'MailGone'], 'No alert is named MailGone.'],
  [['--factor', '0.5'], '--factor is "0.5", and no number from 1 on.'],
  [['--fast'], "Unknown option '--fast'"],
])(
  '%j is refused, and says why',
  async (args, says) => {
    const { code, output } = await testRunbooks('--as', 'refused', ...args);
    expect(output).toContain(says);
    expect(code).toBe(1);
  },
  60_000,
);
