import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly nx?: { readonly targets?: Readonly<Record<string, unknown>> };
}

/**
 * How to build everything: one compiler for all projects, a third of the work of Nx, which starts one for each. Nx itself as soon as
 * a project builds by more than the compiler.
 */
export function buildCommand(root: string): { command: string; args: string[] } {
  const manifests = globSync('{apps,libs,tools}/*/package.json', { cwd: root }).map(
    (file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest,
  );
  const bin = join(root, 'node_modules', '.bin');
  if (manifests.some(({ scripts, nx }) => scripts?.['build'] !== undefined || nx?.targets?.['build'] !== undefined)) {
    return { command: join(bin, 'nx'), args: ['run-many', '-t', 'build', '--outputStyle=static'] };
  }
  const projects = globSync(['{apps,libs,tools}/*/tsconfig.lib.json', 'migrations/tsconfig.lib.json'], { cwd: root }).sort();
  return { command: join(bin, 'tsc'), args: ['--build', ...projects] };
}
