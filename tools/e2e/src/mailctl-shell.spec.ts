import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, test, vi } from 'vitest';
import { runMailctl } from './run-mailctl.js';

const BIN = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'mailctl', 'bin', 'mailctl.js');

// Each starts processes, of which a busy machine needs some time for each.
vi.setConfig({ testTimeout: 120_000 });

/** A script of bash, in which `mailctl` is the built one. */
function bash(script: string): SpawnSyncReturns<string> {
  return spawnSync('bash', ['--norc', '-c', `mailctl() { '${process.execPath}' '${BIN}' "$@"; }\n${script}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '' },
  });
}

describe('the completion for bash', () => {
  let script = '';
  beforeAll(() => {
    script = bash('mailctl completion bash').stdout;
  });

  it('is a script without faults, which can be read as it is made', () => {
    expect(bash('mailctl completion bash | bash --norc -n')).toMatchObject({ status: 0, stderr: '' });
    expect(bash('source <(mailctl completion bash); complete -p mailctl').stdout).toBe('complete -F _mailctl mailctl\n');
  });

  const complete = (...words: string[]): string[] => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const { stdout, stderr } = bash(`${script}
      COMP_WORDS=(mailctl ${quoted}); COMP_CWORD=${words.length}
      _mailctl; printf '%s\\n' "\${COMPREPLY[@]}"`);
    expect(stderr).toBe('');
    return stdout.split('\n').filter((line) => line !== '');
  };

  test.each([
    [['del'], ['deliveries']],
    [
      ['deliveries', ''],
      ['list', 'show', 'explain', 'attempts', 'content', 'resend', 'cancel'],
    ],
    [
      ['--json', '--url', 'http://deliveries', 'stream', ''],
      ['incidents', 'adopt'],
    ],
    [['deliveries', 'list', '--stat'], ['--status']],
    [
      ['deliveries', 'list', '--status', 's'],
      ['sending', 'sent', 'suppressed', 'superseded'],
    ],
    [['deliveries', 'list', '--source', ''], []],
    [['resend-plan', 'st'], ['start']],
    [['resend-plan', 'start', '--y'], ['--yes']],
    [['stats', '--js'], ['--json']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
  ])('completes %j to %j', (words, completions) => expect(complete(...words)).toEqual(completions));
});

describe.each(['zsh', 'fish'])('the completion for %s', (shell) => {
  const isThere = spawnSync(shell, ['--version']).status === 0;

  it('has every command, and nothing that the shell would read otherwise', () => {
    const { stdout } = bash(`mailctl completion ${shell}`);
    for (const path of ['/deliveries/explain', '/resend-plan/create', '/stream/adopt']) expect(stdout).toContain(path);
    expect(stdout).toContain("user'\\''s name".replaceAll("'\\''", shell === 'zsh' ? "'\\''" : "\\'"));
  });

  it.skipIf(!isThere)('is a script without faults', () => {
    expect(bash(`mailctl completion ${shell} | ${shell} -n`)).toMatchObject({ status: 0, stderr: '' });
  });
});

it('whoever reads no further is no failure, and nothing is said of it', () => {
  const { status, stdout, stderr } = bash(`set -o pipefail
    mailctl completion zsh | head -c 1
    exec 3> >(exit 0); wait $!; mailctl --help >&3`);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '#', stderr: '' });
});

it('a service that does not answer in time exits 69, and one that is overloaded 75', async () => {
  // Reads nothing and says nothing, or says one thing to everybody.
  const silent = createServer().listen(0, '127.0.0.1');
  const answer =
    'HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncontent-length: 42\r\nconnection: close\r\n\r\n{"code":"overloaded","detail":"not today"}';
  const busy = createServer((socket) => socket.once('data', () => socket.end(answer))).listen(0, '127.0.0.1');
  await Promise.all([once(silent, 'listening'), once(busy, 'listening')]);
  const ask = (server: typeof silent, ...args: string[]) =>
    runMailctl({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, ['stats', ...args]);
  const silence = await ask(silent, '--timeout', '1s');
  expect(silence).toMatchObject({ code: 69, stderr: expect.stringContaining('no answer within 1000 ms') as string });
  expect(await ask(busy)).toMatchObject({ code: 75, stderr: 'mailctl: 503 overloaded: not today\n' });
  silent.close();
  busy.close();
});
