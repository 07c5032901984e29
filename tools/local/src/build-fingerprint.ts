import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const INPUTS = [
  '{apps,libs}/*/src/**/*.{ts,tsx,css}',
  'apps/*/{public/**/*.*,index.html,vite.config.ts}',
  'migrations/src/**/*.ts',
  'tools/mailctl/src/**/*.ts',
  '{apps,libs}/*/{package,tsconfig*}.json',
  '{migrations,tools/mailctl}/*.json',
];
const ROOT_INPUTS = ['package-lock.json', 'tsconfig.base.json', 'nx.json'];

/** A hash of everything that the build is made from. */
export function buildFingerprint(root: string): string {
  const files = globSync(INPUTS, { cwd: root }).filter((file) => !file.endsWith('.spec.ts'));
  const hash = createHash('sha256');
  for (const file of [...files, ...ROOT_INPUTS].sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

/** Whether every project has been built, from whatever sources. */
export function isBuilt(root: string): boolean {
  const projects = globSync(['{apps,libs,tools}/*/tsconfig.lib.json', 'migrations/tsconfig.lib.json'], { cwd: root }).map(dirname);
  const bundles = globSync('apps/*/vite.config.ts', { cwd: root }).map(dirname);
  return (
    projects.every((folder) => existsSync(join(root, folder, 'dist', 'tsconfig.lib.tsbuildinfo'))) &&
    bundles.every((folder) => existsSync(join(root, folder, 'dist', 'index.html')))
  );
}
