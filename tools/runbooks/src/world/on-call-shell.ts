import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';

export interface BlockResult {
  /** Of the first command that failed; 0 where none did. */
  readonly code: number;
  /** What it wrote, errors included. */
  readonly output: string;
}

/** The terminal of whoever is on call: blocks that are pasted one after the other share its variables. */
export interface OnCallShell {
  run(block: string): Promise<BlockResult>;
  close(): void;
}

const BLOCK_MS = 90_000;
const STUCK = 124;

/** Writes `kubectl` and `mailctl` where the shell finds them first. */
function writeCommands(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, program] of [
    ['kubectl', 'tools/runbooks/bin/kubectl.js'],
    ['mailctl', 'tools/mailctl/bin/mailctl.js'],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${join(projectRoot, program)}' "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/**
 * Opens one. A block is run as if it were pasted: each command whatever became of the one before; but its result is a failure as soon as
 * one of them fails.
 */
export function openOnCallShell(folder: string, env: Readonly<Record<string, string>>): OnCallShell {
  const bin = writeCommands(folder);
  const shell = spawn('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: folder, LANG: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const kill = (): void => {
    try {
      if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  };
  let count = 0;
  return {
    async run(block) {
      count += 1;
      const [script, output] = [join(folder, `block-${count}.sh`), join(folder, `block-${count}.out`)];
      writeFileSync(script, `${block}\n`);
      writeFileSync(output, '');
      const ended = new Promise<number>((resolve) => {
        shell.stdout.once('data', (said: Buffer) => resolve(Number(said.toString())));
        shell.once('exit', () => resolve(STUCK));
      });
      const giveUp = setTimeout(kill, BLOCK_MS);
      // Sourced, so that its variables stay, and so that what bash cannot parse fails and does not end the shell.
      shell.stdin.write(
        `failed=0; trap 'code=$?; [ $failed -ne 0 ] || failed=$code' ERR; . '${script}' </dev/null >'${output}' 2>&1; trap - ERR; echo $failed\n`,
      );
      const code = await ended;
      clearTimeout(giveUp);
      return { code, output: readFileSync(output, 'utf8') };
    },
    close: kill,
  };
}
