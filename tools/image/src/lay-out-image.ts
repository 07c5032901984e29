import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { productionPackages, type Lock, type ProductionPackages } from './production-packages.ts';
import { TARGETS } from './targets.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly devDependencies?: unknown;
  readonly scripts?: unknown;
  readonly [field: string]: unknown;
}

/**
 * What only a compiler or a debugger reads: half of what packages bring. Source maps too, our own among them: no process is started with
 * `--enable-source-maps`, which costs memory, and a stack trace names the line of a file that the same commit builds again.
 */
const NOT_FOR_RUNNING = /\.d\.[cm]?ts$|\.[cm]?ts\.map$|\.[cm]?js\.map$|\.tsbuildinfo$/;

function copyBuilt(root: string, into: string, workspace: string): void {
  const dist = join(root, workspace, 'dist');
  if (!existsSync(dist)) throw new Error(`${workspace} has not been built: run npm run build`);
  const {
    devDependencies: _dev,
    scripts: _scripts,
    ...manifest
  } = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8')) as Manifest;
  mkdirSync(join(into, workspace), { recursive: true });
  writeFileSync(join(into, workspace, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  cpSync(dist, join(into, workspace, 'dist'), { recursive: true, filter: (file) => !NOT_FOR_RUNNING.test(file) });
}

function copyInstalled(root: string, into: string, path: string): void {
  const from = join(root, path);
  // For another platform.
  if (!existsSync(from)) return;
  // What a package has installed for itself alone is in the list as well.
  const filter = (file: string): boolean => file === from || (basename(file) !== 'node_modules' && !NOT_FOR_RUNNING.test(file));
  cpSync(from, join(into, path), { recursive: true, filter });
}

/**
 * Lays out the file tree of an image: what `target` needs to run, at the paths that it has in the repository, and nothing else. The
 * repository must be built, and installed by `npm ci`.
 */
export function layOutImage(root: string, target: string, into: string): ProductionPackages {
  const wanted = TARGETS[target];
  if (wanted === undefined) throw new Error(`there is no target ${target}; there are ${Object.keys(TARGETS).join(', ')}`);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock };
  const production = productionPackages(packages, wanted.workspace);
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'package.json'), `${JSON.stringify({ name, version, private: true, type: 'module' }, null, 2)}\n`);
  for (const workspace of production.workspaces) copyBuilt(root, into, workspace);
  for (const path of production.installed) copyInstalled(root, into, path);
  for (const link of production.links) {
    const to = join(into, packages[link]?.resolved ?? '');
    mkdirSync(dirname(join(into, link)), { recursive: true });
    symlinkSync(relative(dirname(join(into, link)), to), join(into, link));
  }
  if (wanted.templates) cpSync(join(root, 'templates'), join(into, 'templates'), { recursive: true });
  return production;
}
