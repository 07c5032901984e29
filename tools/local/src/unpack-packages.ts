import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runQuietly } from './run-quietly.ts';

const APT_WITHIN_MS = 240_000;
const BOUNDED = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', '-o', 'APT::Sandbox::User=root'];

/** Every folder below that holds shared libraries. */
export function libraryFolders(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.so(\.\d+)*$/.test(file));
  return [...new Set(files.map((file) => dirname(join(root, file))))];
}

/** What the packages need and the machine lacks, themselves included. Alternatives and providers are left out: the first choice will do. */
async function missingPackages(packages: readonly string[], apt: readonly string[]): Promise<string[]> {
  const installed = await runQuietly('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n'], { withinMs: APT_WITHIN_MS });
  const present = new Set(installed.stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])));
  const missing = new Set<string>();
  // A level at a time: apt-cache takes half a second to begin with.
  for (let wanted = [...packages]; wanted.length > 0;) {
    for (const name of wanted) missing.add(name);
    const { stdout } = await runQuietly('apt-cache', [...apt, 'depends', '--important', ...wanted], { withinMs: APT_WITHIN_MS });
    const needed = [...stdout.matchAll(/^ {2}Depends: (lib\S+)$/gm)].map(([, name = '']) => name);
    wanted = [...new Set(needed)].filter((name) => !present.has(name) && !missing.has(name));
  }
  return [...missing];
}

async function download(folder: string, packages: readonly string[], apt: readonly string[]): Promise<string | undefined> {
  const all = await missingPackages(packages, apt);
  const { code, stderr } = await runQuietly('apt-get', [...apt, 'download', ...all], { cwd: folder, withinMs: APT_WITHIN_MS });
  return code === 0 ? undefined : `apt-get download: ${stderr.trim().split('\n').at(-1)}`;
}

/** apt with lists and cache of our own: the machine's may be empty or old, and are not ours to change. */
async function privateApt(folder: string): Promise<{ apt: string[]; fault?: string }> {
  const [state, cache] = [join(folder, 'state'), join(folder, 'cache')];
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  const own = [`Dir::State=${state}`, 'Dir::State::status=/var/lib/dpkg/status', `Dir::Cache=${cache}`];
  const apt = [...BOUNDED, ...own.flatMap((option) => ['-o', option])];
  const { code, stderr } = await runQuietly('apt-get', [...apt, 'update'], { withinMs: APT_WITHIN_MS });
  return code === 0 ? { apt } : { apt, fault: `apt-get update: ${stderr.trim().split('\n').at(-1)}` };
}

/**
 * Fetches packages of the system (Debian, Ubuntu) and unpacks them, with the libraries that they need and the machine lacks, into `folder`,
 * as any user: nothing is installed, no service is set up, apt's own lists stay as they are. What `faultOf` says of the unpacked folder, or
 * why there is none; `undefined` once it is there and whole.
 */
export async function unpackPackages(
  folder: string,
  packages: readonly string[],
  faultOf: (unpacked: string) => string | undefined,
): Promise<string | undefined> {
  if (existsSync(folder) && faultOf(folder) === undefined) return undefined;
  for (const tool of ['apt-get', 'dpkg-deb']) {
    if ((await runQuietly(tool, ['--version'], { withinMs: 10_000 })).code !== 0) return `${tool} is not on this machine`;
  }
  const partial = `${folder}.${process.pid}`;
  const clear = (): void => rmSync(partial, { recursive: true, force: true });
  process.once('exit', clear);
  clear();
  mkdirSync(partial, { recursive: true });
  try {
    let fault = await download(partial, packages, BOUNDED);
    if (fault !== undefined) {
      const own = await privateApt(partial);
      fault = own.fault ?? (await download(partial, packages, own.apt));
    }
    if (fault !== undefined) return fault;
    for (const archive of readdirSync(partial).filter((file) => file.endsWith('.deb'))) {
      const { code, stderr } = await runQuietly('dpkg-deb', ['-x', join(partial, archive), partial], { withinMs: APT_WITHIN_MS });
      if (code !== 0) return `dpkg-deb -x ${archive}: ${stderr.trim()}`;
      rmSync(join(partial, archive));
    }
    rmSync(join(partial, 'state'), { recursive: true, force: true });
    rmSync(join(partial, 'cache'), { recursive: true, force: true });
    const wrong = faultOf(partial);
    if (wrong !== undefined) return wrong;
    // Another command may have unpacked it meanwhile, and runs it.
    if (existsSync(folder) && faultOf(folder) === undefined) return undefined;
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
    return faultOf(folder);
  } finally {
    clear();
  }
}
