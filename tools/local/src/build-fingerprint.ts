import { createHash } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildCommands } from './build-command.ts';
import { FIXED } from './build-environment.ts';

const COMPILED = ['{apps,libs,tools}/*/tsconfig.lib.json', 'migrations/tsconfig.lib.json'];
const BUNDLED = '{apps,libs,tools}/*/vite.config.ts';
const ROOT_INPUTS = ['package-lock.json', 'package.json', 'tsconfig.base.json', 'tsconfig.json', 'nx.json'];
/** Folders that tools write into. */
const WRITTEN = new Set(['dist', 'out-tsc', 'coverage', 'node_modules', '.vite']);

/** Every file below `folder` but those that a tool writes. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return WRITTEN.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function hashOf(files: readonly string[], root: string, words: readonly string[] = []): string {
  const hash = createHash('sha256').update(JSON.stringify(words));
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** A hash of everything that the build is made from: all files of the projects that are built but their specs, and what builds them. */
export function inputsFingerprint(root: string): string {
  const folders = new Set(globSync([...COMPILED, BUNDLED], { cwd: root }).map(dirname));
  const files = [...folders].flatMap((folder) => filesBelow(join(root, folder))).map((file) => relative(root, file));
  const sources = files.filter((file) => !/\.spec\.tsx?$/.test(file));
  const commands = buildCommands(root).map(({ command, args }) => [relative(root, command), ...args]);
  return hashOf([...sources, ...ROOT_INPUTS].sort(), root, [
    process.version,
    `${process.platform} ${process.arch}`,
    JSON.stringify(commands),
    JSON.stringify(FIXED),
  ]);
}

/** A hash of what the compiler and the bundler wrote last, whoever called them: another build since the last one shows in it. */
export function outputsFingerprint(root: string): string {
  const written = globSync(
    [...COMPILED.map((file) => join(dirname(file), 'dist', '*.tsbuildinfo')), join(dirname(BUNDLED), 'dist', '*.html')],
    {
      cwd: root,
    },
  );
  return hashOf(written.sort(), root);
}

/** Whether every project has been built, from whatever sources, and no file of it has been deleted since. */
export function isBuilt(root: string): boolean {
  const compiled = globSync(COMPILED, { cwd: root }).map((file) => join(root, dirname(file)));
  const bundled = globSync(BUNDLED, { cwd: root }).map((file) => join(root, dirname(file), 'dist'));
  return compiled.every(isCompiled) && bundled.every(isBundled);
}

/** The compiler itself does not look whether what it once wrote is still there. */
function isCompiled(folder: string): boolean {
  if (!existsSync(join(folder, 'dist', 'tsconfig.lib.tsbuildinfo'))) return false;
  const sources = globSync('**/*.ts', { cwd: join(folder, 'src') }).filter((file) => !/\.(spec|d)\.ts$/.test(file));
  return sources.every((file) => existsSync(join(folder, 'dist', file.replace(/\.ts$/, '.js'))));
}

function isBundled(dist: string): boolean {
  const page = join(dist, 'index.html');
  if (!existsSync(page)) return false;
  const named = [...readFileSync(page, 'utf8').matchAll(/(?:src|href)="\/[^"/]+\/(assets\/[^"]+)"/g)];
  return named.length > 0 && named.every(([, file = '']) => existsSync(join(dist, file)));
}
