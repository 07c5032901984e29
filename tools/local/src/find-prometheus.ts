import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';
import { Trouble } from './trouble.ts';

const CACHE = join(projectRoot, '.local', 'tools');

/** The server, and its checker of rules. */
export type PrometheusProgram = 'prometheus' | 'promtool';

/** Prometheus's program: the one on the PATH, else that of Debian's package, unpacked into `.local/tools` once, not installed. */
export function findPrometheus(program: PrometheusProgram): string {
  if (spawnSync(program, ['--version']).status === 0) return program;
  const file = join(CACHE, program);
  if (existsSync(file)) return file;
  const cure = `Install Prometheus, so that ${program} is on the PATH.`;
  if (spawnSync('apt-get', ['--version']).status !== 0)
    throw new Trouble(`${program} is not on the PATH, and there is no apt-get to fetch it.`, cure);
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'fetching-'));
  try {
    // With lists of our own: the machine's may be empty or old, and are not ours to change. apt checks the package's signature.
    const [state, cache] = [join(folder, 'state'), join(folder, 'cache')];
    for (const made of [join(state, 'lists', 'partial'), join(cache, 'archives', 'partial')]) mkdirSync(made, { recursive: true });
    const own = [`Dir::State=${state}`, 'Dir::State::status=/var/lib/dpkg/status', `Dir::Cache=${cache}`];
    const apt = (...args: string[]): unknown =>
      execFileSync('apt-get', [...own.flatMap((option) => ['-o', option]), ...args], { cwd: folder, stdio: 'pipe', timeout: 120_000 });
    apt('update');
    apt('download', 'prometheus');
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb')) ?? '';
    execFileSync('dpkg', ['-x', archive, '.'], { cwd: folder, stdio: 'pipe' });
    for (const each of ['prometheus', 'promtool']) renameSync(join(folder, 'usr', 'bin', each), join(CACHE, each));
    return file;
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error).trim();
    throw new Trouble(`${program} could not be had: ${said.split('\n').at(-1)}`, cure);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
