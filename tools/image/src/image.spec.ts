import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { testDatabase, testStream, type TestDatabase, type TestStream } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layOutImage } from './lay-out-image.ts';
import { TARGETS } from './targets.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** As in the image: not root, and nobody whom the machine knows. Who runs the specs as somebody else is that somebody. */
const USER = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

let folder: string;
let node: string;
let database: TestDatabase;
let stream: TestStream;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mail-images-'));
  chmodSync(folder, 0o755);
  // Of the base image: the one that we run on may lie where the user may not go.
  node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  chmodSync(node, 0o755);
  [database, stream] = await Promise.all([testDatabase(), testStream()]);
}, 300_000);
afterAll(async () => {
  makeWritable(folder);
  rmSync(folder, { recursive: true });
  await Promise.all([database.drop(), stream.drop()]);
});

interface Tree {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

function treeBelow(folder: string): Tree {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = (wanted: boolean): string[] =>
    entries.filter((entry) => entry.isDirectory() === wanted).map((entry) => join(entry.parentPath, entry.name));
  return { folders: [folder, ...paths(true)], files: paths(false) };
}
const makeWritable = (tree: string): void => treeBelow(tree).folders.forEach((path) => chmodSync(path, 0o755));

/** Six trees of the same files: links, where the temporary folder is on the same file system. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(from, to);
  }
}

/** The tree of an image, which nobody may write to. */
function readOnlyTree(target: string): string {
  const tree = join(folder, target, 'app');
  layOutImage(ROOT, target, tree, link);
  for (const path of treeBelow(tree).folders) chmodSync(path, 0o555);
  return tree;
}

/** What the pod has besides: an empty folder for the heartbeat. */
function temporaryFolder(target: string): string {
  const temporary = join(folder, target, 'tmp');
  mkdirSync(temporary);
  chmodSync(temporary, 0o777);
  return temporary;
}

const environment = (target: string, temporary: string): Record<string, string> => ({
  TMPDIR: temporary,
  NODE_ENV: 'production',
  MAIL_POSTGRES_PRIMARY_DSN: database.dsn,
  ...(target === 'migrate'
    ? {}
    : {
        MAIL_REDIS_MASTER_ADDR: `${stream.host}:${stream.port}`,
        MAIL_REDIS_PASSWORD: stream.password,
        MAIL_REDIS_COMMAND_STREAM: stream.stream,
        MAIL_INTERNAL_HTTP_ADDR: '127.0.0.1:0',
      }),
});

const APPS = Object.keys(TARGETS).filter((target) => target !== 'migrate');

describe('the image of', () => {
  it.each(APPS)(
    '%s starts as a user without rights on files that nobody can write to, is alive, and stops',
    async (target) => {
      const tree = readOnlyTree(target);
      const temporary = temporaryFolder(target);
      const env = environment(target, temporary);
      const options = { cwd: tree, env, ...USER } as const;

      const writing = spawnSync(node, ['-e', `require('node:fs').writeFileSync('written', '')`], { ...options, encoding: 'utf8' });
      expect(writing.stderr).toMatch(/EACCES|EROFS/);

      const child = spawn(node, [TARGETS[target]?.program ?? ''], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      const exited = once(child, 'exit');
      let output = '';
      child.stderr.on('data', (data: Buffer) => (output += data.toString()));
      const started = new Promise<boolean>((resolve) => {
        createInterface({ input: child.stdout }).on('line', (line) => {
          output += `${line}\n`;
          if (line.includes('"event":"started"')) resolve(true);
        });
        child.once('exit', () => resolve(false));
      });
      try {
        expect(await started, output).toBe(true);
        if (target === 'intake-api') {
          const [, url = ''] = /"event":"listening","url":"([^"]+)"/.exec(output) ?? [];
          expect((await fetch(`${url}/console/`)).headers.get('content-type')).toContain('text/html');
        } else {
          const probe = spawnSync(node, [`apps/${target}/dist/alive.js`], { ...options, encoding: 'utf8' });
          expect([probe.status, probe.stderr]).toEqual([0, '']);
        }
      } finally {
        child.kill('SIGTERM');
      }
      expect(await exited, output).toEqual([0, null]);
    },
    180_000,
  );

  it('migrate brings a schema up to date from the same kind of tree', () => {
    const tree = readOnlyTree('migrate');
    const env = environment('migrate', temporaryFolder('migrate'));
    const { status, stdout, stderr } = spawnSync(node, [TARGETS['migrate']?.program ?? ''], { cwd: tree, env, ...USER, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('The schema is up to date');
  }, 120_000);

  it.each(Object.keys(TARGETS))('%s holds what it runs on, and nothing of those who develop it', (target) => {
    const tree = join(folder, target, 'app');
    for (const name of ['typescript', 'vitest', 'nx', 'eslint', 'prettier', 'smtp-server', '@mail/testing', '@mail/e2e']) {
      expect(existsSync(join(tree, 'node_modules', name)), name).toBe(false);
    }
    const { folders, files } = treeBelow(tree);
    const forDevelopers = [
      ...folders.filter((path) => /^(apps|libs|migrations)\/(.*\/)?src$/.test(relative(tree, path)) && !path.includes('node_modules')),
      ...files.filter((path) => /\.d\.ts$|\.(js|mjs|cjs|ts)\.map$|^(apps|libs)\/.*\.spec\.js$/.test(relative(tree, path))),
    ];
    expect(forDevelopers).toEqual([]);
    const own = globSync('apps/*', { cwd: tree });
    // The console is served by the one, and run by nobody.
    const served = target === 'intake-api' ? [join('apps', 'console')] : [];
    expect(own.toSorted()).toEqual(target === 'migrate' ? [] : [...served, join('apps', target)]);
    // Readable for everybody, whoever built it.
    const manifests = files.filter((file) => file.endsWith('/package.json'));
    expect(manifests.length).toBeGreaterThan(10);
    expect(manifests.filter((file) => (lstatSync(file).mode & 0o044) !== 0o044)).toEqual([]);
    expect(JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8'))).toMatchObject({ type: 'module' });
  });
});

describe('production packages', () => {
  it('are found as Node finds them: the nearest, upwards', async () => {
    const { productionPackages } = await import('./production-packages.ts');
    const lock = {
      'apps/a': { dependencies: { '@x/lib': '*', b: '1' } },
      'node_modules/@x/lib': { link: true as const, resolved: 'libs/lib' },
      'libs/lib': { dependencies: { b: '2' }, devDependencies: { c: '1' } },
      'libs/lib/node_modules/b': {
        dependencies: { d: '1' },
        peerDependencies: { e: '1', f: '1' },
        peerDependenciesMeta: { f: { optional: true } },
      },
      'node_modules/b': { optionalDependencies: { absent: '1' } },
      'node_modules/c': {},
      'node_modules/d': {},
      'node_modules/e': {},
      'node_modules/f': {},
    };
    expect(productionPackages(lock, 'apps/a')).toEqual({
      workspaces: ['apps/a', 'libs/lib'],
      links: ['node_modules/@x/lib'],
      installed: ['libs/lib/node_modules/b', 'node_modules/b', 'node_modules/d', 'node_modules/e'],
    });
    expect(() => productionPackages({ 'apps/a': { dependencies: { b: '1' } } }, 'apps/a')).toThrow('no b for apps/a');
  });
});
