import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
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

/** How a file comes to its place. */
export type PlaceFile = (from: string, to: string) => void;

/** Places what is below `from`. A package's own `node_modules` is left out: what it has installed for itself alone is in the list as well. */
function placeTree(from: string, into: string, place: PlaceFile): void {
  mkdirSync(into, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(into, entry.name)];
    if (entry.name === 'node_modules' || NOT_FOR_RUNNING.test(entry.name)) continue;
    if (entry.isDirectory()) placeTree(source, target, place);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else place(source, target);
  }
}

function placeBuilt(root: string, into: string, workspace: string, place: PlaceFile): void {
  const dist = join(root, workspace, 'dist');
  if (!existsSync(dist)) throw new Error(`${workspace} has not been built: run npm run build`);
  const {
    devDependencies: _dev,
    scripts: _scripts,
    ...manifest
  } = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8')) as Manifest;
  mkdirSync(join(into, workspace), { recursive: true });
  writeFileSync(join(into, workspace, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  placeTree(dist, join(into, workspace, 'dist'), place);
}

function placeInstalled(root: string, into: string, path: string, place: PlaceFile): void {
  const from = join(root, path);
  // Else it is for another platform.
  if (existsSync(from)) placeTree(from, join(into, path), place);
}

/**
 * Lays out the file tree of an image: what `target` needs to run, at the paths that it has in the repository, and nothing else. The
 * repository must be built, and installed by `npm ci`.
 * @param place copies a file; a link will do where nobody writes to the tree
 */
export function layOutImage(root: string, target: string, into: string, place: PlaceFile = copyFileSync): ProductionPackages {
  const wanted = TARGETS[target];
  if (wanted === undefined) throw new Error(`there is no target ${target}; there are ${Object.keys(TARGETS).join(', ')}`);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Lock };
  const production = productionPackages(packages, wanted.workspace);
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'package.json'), `${JSON.stringify({ name, version, private: true, type: 'module' }, null, 2)}\n`);
  for (const workspace of production.workspaces) placeBuilt(root, into, workspace, place);
  for (const path of production.installed) placeInstalled(root, into, path, place);
  for (const link of production.links) {
    const to = join(into, packages[link]?.resolved ?? '');
    mkdirSync(dirname(join(into, link)), { recursive: true });
    symlinkSync(relative(dirname(join(into, link)), to), join(into, link));
  }
  if (wanted.templates) placeTree(join(root, 'templates'), join(into, 'templates'), place);
  return production;
}
