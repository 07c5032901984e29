import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import { Trouble } from '@mail/local/trouble';

const CACHE = join(projectRoot, '.local', 'tools');
const CURE = 'Install Prometheus, so that promtool is on the PATH.';

/** Prometheus's checker of rules: the one on the PATH, else that of Debian's package, unpacked into `.local/tools` once, not installed. */
export function findPromtool(): string {
  if (spawnSync('promtool', ['--version']).status === 0) return 'promtool';
  const file = join(CACHE, 'promtool');
  if (existsSync(file)) return file;
  if (spawnSync('apt-get', ['--version']).status !== 0)
    throw new Trouble('promtool is not on the PATH, and there is no apt-get to fetch it.', CURE);
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
    renameSync(join(folder, 'usr', 'bin', 'promtool'), file);
    return file;
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error).trim();
    throw new Trouble(`promtool could not be had: ${said.split('\n').at(-1)}`, CURE);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
