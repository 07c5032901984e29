import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessSpec } from './keeper-messages.ts';
import { keepProcesses } from './kept-processes.ts';
import { Trouble } from './trouble.ts';
import { waitUntil } from './wait-until.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = (pid: number): Promise<true | undefined> => waitUntil(() => (isAlive(pid) ? undefined : true), { withinMs: 15_000 });
const busy = (): Trouble => new Trouble('busy', 'wait');

describe('kept processes', () => {
  let folder: string;
  let owner: ChildProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kept-'));
  });
  afterEach(() => {
    owner?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const spec = (name: string, script: string, tier: ProcessSpec['tier'] = 'service'): ProcessSpec => ({
    name,
    tier,
    command: process.execPath,
    args: ['-e', script],
    env: {},
    cwd: folder,
    logFile: join(folder, 'log'),
    stopSignal: 'SIGTERM',
    stopWithinMs: 500,
  });
  const log = (): string => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : '');
  const logged = (text: string): Promise<true | undefined> =>
    waitUntil(() => (log().includes(text) ? true : undefined), { withinMs: 15_000 });

  it.each(['SIGKILL', 'SIGHUP', 'SIGINT', 'SIGTERM'] as const)('end when their owner is ended by %s', async (signal) => {
    const program = `
      import { keepProcesses } from ${JSON.stringify(new URL('./kept-processes.ts', import.meta.url).href)};
      const processes = await keepProcesses(${JSON.stringify(folder)}, () => new Error('busy'));
      const child = await processes.start(${JSON.stringify(spec('child', 'setInterval(() => {}, 1000)'))});
      console.log(child.pid);
    `;
    owner = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(owner.stdout as NonNullable<ChildProcess['stdout']>, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    owner.kill(signal);
    expect(await gone(pid)).toBe(true);
  });

  it('end in their order: applications before the services that they use', async () => {
    const processes = await keepProcesses(folder, busy);
    const say = (name: string): string =>
      `process.on('SIGTERM', () => { console.log('end ${name}'); process.exit() }); setInterval(() => {}, 1000); console.log('up ${name}')`;
    await processes.start(spec('service', say('service')));
    await processes.start(spec('application', say('application'), 'application'));
    expect(await logged('up service')).toBe(true);
    expect(await logged('up application')).toBe(true);
    await processes.stopAll();
    expect(log()).toMatch(/end application\nend service\n$/);
  });

  it('are killed where they do not end in time', async () => {
    const processes = await keepProcesses(folder, busy);
    const child = await processes.start(spec('deaf', `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')`));
    expect(await logged('up')).toBe(true);
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
    await processes.stopAll();
  });

  it('have one keeper of a name at a time: the next begins once the first is ending, and waits until it is gone', async () => {
    const lock = join(folder, 'lock');
    const first = await keepProcesses(lock, busy);
    await first.start(
      spec('slow', `process.on('SIGTERM', () => setTimeout(() => process.exit(), 300)); setInterval(() => {}, 1000); console.log('up')`),
    );
    expect(await logged('up')).toBe(true);
    const ended = first.stopAll();
    const second = await keepProcesses(lock, busy);
    await ended;
    await second.stopAll();
  });

  it('have a keeper that tells a second one at once who is there, and where', async () => {
    const lock = join(folder, 'lock');
    const first = await keepProcesses(lock, busy);
    const told = (): Promise<string> =>
      keepProcesses(lock, (holder) => new Trouble(JSON.stringify(holder), '')).then(
        () => 'not refused',
        (error: unknown) => (error as Trouble).message,
      );
    expect(JSON.parse(await told())).toMatchObject({ pid: process.pid, where: [], isEnding: false });
    first.announce(['Console http://127.0.0.1:8080/console/']);
    expect(JSON.parse(await told())).toMatchObject({ pid: process.pid, where: ['Console http://127.0.0.1:8080/console/'] });
    await first.stopAll();
  });

  it('have names of their own: a second of a name is refused, and the first still obeys', async () => {
    const processes = await keepProcesses(folder, busy);
    const idle = 'setInterval(() => {}, 1000)';
    const first = await processes.start(spec('twin', idle));
    await expect(processes.start(spec('twin', idle))).rejects.toThrow('twin runs already');
    first.signal('SIGKILL');
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await (await processes.start(spec('twin', idle))).stop();
    await processes.stopAll();
  });

  it('that cannot be run are a Trouble, and the others go on', async () => {
    const processes = await keepProcesses(folder, busy);
    await expect(processes.start({ ...spec('absent', ''), command: '/no/such/program' })).rejects.toThrow(Trouble);
    const child = await processes.start(spec('present', 'process.exit(3)'));
    expect(await child.exited).toEqual({ code: 3, signal: null });
    await processes.stopAll();
  });
});
