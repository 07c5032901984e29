import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { projectRoot } from './project-root.ts';

/** Stands for npm, nx and prettier: writes down how it is called, and what the folder holds; fails where it was told to. */
const STAND_IN = `#!/bin/bash
called="$(basename "$0") $*"
{ echo "called $called"; echo "folder $(ls -A | grep -v '^.git$' | sort | tr '\\n' ' ')"; env | grep -v '^_=\\|^PWD\\|^SHLVL\\|^OLDPWD' | sort | sed 's/^/env /'; } >> "$HOME/calls"
[ "$called" = "npm run demo" ] && { mkdir -p node_modules/.bin; cp "$0" node_modules/.bin/nx; cp "$0" node_modules/.bin/prettier; }
[ "$called" = "npm test" ] && echo '7 passed, 0 failed'
case "$called" in *test:faults*) echo '2 passed, 0 failed';; esac
if [ -f "$HOME/fail" ] && [[ "$called" = $(cat "$HOME/fail") ]]; then [ -f "$HOME/say" ] && cat "$HOME/say"; exit 1; fi
[ -f "$HOME/write" ] && [ "$called" = "npm test" ] && echo written > tracked.txt
exit 0
`;

interface CiRun {
  readonly code: number | null;
  readonly output: string;
  readonly lastLine: string;
  /** As they were called, in order. */
  readonly calls: readonly { readonly called: string; readonly folder: string; readonly env: readonly string[] }[];
}

describe('.ci/run', () => {
  let folder: string;
  let repository: string;
  let home: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
    repository = join(folder, 'repository');
    home = join(folder, 'home');
    for (const made of [home, join(folder, 'bin'), join(folder, 'temporary'), join(repository, '.ci')])
      mkdirSync(made, { recursive: true });
    writeFileSync(join(folder, 'bin', 'npm'), STAND_IN);
    chmodSync(join(folder, 'bin', 'npm'), 0o755);
    cpSync(join(projectRoot, '.ci', 'run'), join(repository, '.ci', 'run'));
    writeFileSync(join(repository, 'tracked.txt'), 'committed');
    writeFileSync(join(repository, '.gitignore'), 'node_modules/\n.nx/\n.local/\n');
    for (const args of [
      ['init', '--quiet'],
      ['add', '--all'],
      ['-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'Begin'],
    ]) {
      execFileSync('git', args, { cwd: repository });
    }
    for (const left of ['node_modules', '.nx', '.local']) mkdirSync(join(repository, left));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(more: Record<string, string> = {}): CiRun {
    const PATH = `${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin`;
    const { status, stdout } = spawnSync('bash', [join(repository, '.ci', 'run')], {
      cwd: folder,
      env: { PATH, HOME: home, TMPDIR: join(folder, 'temporary'), ...more },
      encoding: 'utf8',
    });
    const calls = readFileSync(join(home, 'calls'), 'utf8')
      .split(/^(?=called )/m)
      .map((text) => ({
        called: /^called (.*)$/m.exec(text)?.[1] ?? '',
        folder: /^folder (.*)$/m.exec(text)?.[1]?.trim() ?? '',
        env: [...text.matchAll(/^env (.*)$/gm)].map(([, variable = '']) => variable),
      }));
    return { code: status, output: stdout, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '', calls };
  }

  it('begins with the commands of the README, in a clean clone, with the environment of a new user', () => {
    const { code, lastLine, calls } = run({
      CI: 'true',
      NODE_ENV: 'production',
      MAIL_SMTP_MODE: 'smtp',
      npm_config_registry: 'https://registry.example',
    });
    expect(calls.slice(0, 2).map(({ called }) => called)).toEqual(['npm run demo', 'npm test']);
    expect(calls[0]?.folder).toBe('.ci .gitignore tracked.txt');
    for (const { env } of calls.slice(0, 2)) {
      expect(env.map((variable) => variable.split('=')[0])).toEqual(['HOME', 'PATH', 'TMPDIR', 'npm_config_registry']);
    }
    expect(calls.slice(2).map(({ called }) => called)).toEqual([
      'nx run-many -t typecheck lint --outputStyle=static',
      'prettier --check .',
      'nx sync:check',
      'npm run --silent test:faults -- --short',
    ]);
    expect([code, lastLine]).toEqual([0, '9 passed, 0 failed']);
    expect(readdirSync(join(folder, 'temporary')), 'its clone is gone').toEqual([]);
  });

  test.each([
    ['npm run demo', '', '9 passed, 1 failed'],
    ['npm test', '5 passed, 3 failed\n', '14 passed, 3 failed'],
    ['npm test', 'killed\n', '9 passed, 1 failed'],
    ['nx run-many*', '', '9 passed, 1 failed'],
    ['prettier*', '', '9 passed, 1 failed'],
    ['nx sync*', '', '9 passed, 1 failed'],
    ['npm run --silent test:faults*', '1 passed, 1 failed\n', '10 passed, 1 failed'],
  ])('fails where `%s` fails, and goes on with the rest (%j)', (called, say, lastLine) => {
    writeFileSync(join(home, 'fail'), called);
    writeFileSync(join(home, 'say'), say);
    const result = run();
    expect([result.code, result.lastLine]).toEqual([1, lastLine]);
    expect(result.calls).toHaveLength(6);
  });

  it('fails where a command leaves a file of the clone changed', () => {
    writeFileSync(join(home, 'write'), '');
    const { code, output } = run();
    expect(code).toBe(1);
    expect(output).toContain('✗ The clone is as it was');
  });

  it('tries what is not committed yet, says so, and leaves it and the index as they are', () => {
    writeFileSync(join(repository, 'tracked.txt'), 'changed');
    writeFileSync(join(repository, 'new.txt'), 'new');
    const status = (): string => execFileSync('git', ['status', '--porcelain'], { cwd: repository, encoding: 'utf8' });
    const before = status();
    const { code, output, calls } = run();
    expect(code).toBe(0);
    expect(output).toContain('With these changes that are not committed');
    expect(calls[0]?.folder).toBe('.ci .gitignore new.txt tracked.txt');
    expect(status()).toBe(before);
  });

  it('works in a clone that is shallow', () => {
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${repository}`, join(folder, 'shallow')]);
    expect(existsSync(join(folder, 'shallow', '.git', 'shallow'))).toBe(true);
    repository = join(folder, 'shallow');
    expect(run().lastLine).toBe('9 passed, 0 failed');
  });
});
