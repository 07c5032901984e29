import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runQuietly } from '../run-quietly.ts';
import { OLDEST_REDIS_MAJOR } from './redis-program.ts';
import type { RedisProgram } from './redis-program.ts';
import { redisVersion } from './redis-version.ts';

/** Debian and Ubuntu keep the server's program in redis-tools; their redis-server holds but a link to it and the service's files. */
const PACKAGE = 'redis-tools';
const APT_WITHIN_MS = 120_000;
const BOUNDED = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', '-o', 'APT::Sandbox::User=root'];

/** Every folder below that holds shared libraries. */
function libraryFolders(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /\.so(\.\d+)*$/.test(file));
  return [...new Set(files.map((file) => dirname(join(root, file))))];
}

function programIn(folder: string): RedisProgram | undefined {
  const path = join(folder, 'usr', 'bin', 'redis-server');
  if (!existsSync(path)) return undefined;
  const libraries = libraryFolders(folder);
  const version = redisVersion(path, libraries);
  if (version === undefined || Number.parseInt(version) < OLDEST_REDIS_MAJOR) return undefined;
  return { kind: 'program', path, libraries, version, from: `unpacked from the system's package` };
}

/** What the package needs and the machine lacks, itself included. Alternatives and providers are left out: the first choice will do. */
async function missingPackages(apt: readonly string[]): Promise<string[]> {
  const installed = await runQuietly('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n'], { withinMs: APT_WITHIN_MS });
  const present = new Set(installed.stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])));
  const missing = new Set<string>();
  const look = async (name: string): Promise<void> => {
    missing.add(name);
    const { stdout } = await runQuietly('apt-cache', [...apt, 'depends', '--important', name], { withinMs: APT_WITHIN_MS });
    for (const [, needed = ''] of stdout.matchAll(/^ {2}Depends: (lib\S+)$/gm)) {
      if (!present.has(needed) && !missing.has(needed)) await look(needed);
    }
  };
  await look(PACKAGE);
  return [...missing];
}

async function download(folder: string, apt: readonly string[]): Promise<string | undefined> {
  const packages = await missingPackages(apt);
  const { code, stderr } = await runQuietly('apt-get', [...apt, 'download', ...packages], { cwd: folder, withinMs: APT_WITHIN_MS });
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
 * Redis from the system's package (Debian, Ubuntu), fetched and unpacked into `folder` as any user: nothing is installed, no service
 * is set up, apt's own lists stay as they are. A string says why it cannot be had.
 */
export async function unpackRedis(folder: string): Promise<RedisProgram | string> {
  const present = existsSync(folder) ? programIn(folder) : undefined;
  if (present !== undefined) return present;
  for (const tool of ['apt-get', 'dpkg-deb']) {
    if ((await runQuietly(tool, ['--version'], { withinMs: 10_000 })).code !== 0) return `${tool} is not on this machine`;
  }
  const partial = `${folder}.${process.pid}`;
  const clear = (): void => rmSync(partial, { recursive: true, force: true });
  process.once('exit', clear);
  clear();
  mkdirSync(partial, { recursive: true });
  try {
    let fault = await download(partial, BOUNDED);
    if (fault !== undefined) {
      const own = await privateApt(partial);
      fault = own.fault ?? (await download(partial, own.apt));
    }
    if (fault !== undefined) return fault;
    for (const archive of readdirSync(partial).filter((file) => file.endsWith('.deb'))) {
      const { code, stderr } = await runQuietly('dpkg-deb', ['-x', join(partial, archive), partial], { withinMs: APT_WITHIN_MS });
      if (code !== 0) return `dpkg-deb -x ${archive}: ${stderr.trim()}`;
      rmSync(join(partial, archive));
    }
    rmSync(join(partial, 'state'), { recursive: true, force: true });
    rmSync(join(partial, 'cache'), { recursive: true, force: true });
    // One program under several names: by this one it is the server.
    const server = join(partial, 'usr', 'bin', 'redis-server');
    if (!existsSync(server)) symlinkSync('redis-check-rdb', server);
    if (programIn(partial) === undefined)
      return `the package holds Redis ${redisVersion(server, libraryFolders(partial)) ?? 'that does not run'}`;
    // Another command may have unpacked it meanwhile, and runs it.
    if (existsSync(folder)) {
      const theirs = programIn(folder);
      if (theirs !== undefined) return theirs;
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
    return programIn(folder) ?? 'the unpacked server does not run';
  } finally {
    clear();
  }
}
