import { cpSync, existsSync, globSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The workspace packages that the five processes run, and what beside them they read. */
const PACKAGES = ['apps/*/package.json', 'libs/*/package.json', 'migrations/package.json'];
/** Whom no process runs. */
const NOT_RUN = /(\.d\.ts|\.map|\.tsbuildinfo)$/;

/** Copies what is built, so that it can be changed: its packages are found in the copy, those of others where they are installed. */
export function copyBuilt(root: string, copy: string): void {
  rmSync(copy, { recursive: true, force: true });
  const ours = join(copy, 'node_modules', '@mail');
  mkdirSync(ours, { recursive: true });
  for (const file of PACKAGES.flatMap((pattern) => globSync(pattern, { cwd: root }))) {
    const folder = dirname(file);
    for (const part of ['dist', 'package.json']) {
      cpSync(join(root, folder, part), join(copy, folder, part), { recursive: true, filter: (path) => !NOT_RUN.test(path) });
    }
    const installed = join(root, folder, 'node_modules');
    if (existsSync(installed)) symlinkSync(installed, join(copy, folder, 'node_modules'));
    const { name } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { name: string };
    symlinkSync(join(copy, folder), join(copy, 'node_modules', name));
  }
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') || name === '@mail') continue;
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
}
