import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly nx?: { readonly targets?: Readonly<Record<string, { readonly command?: unknown; readonly executor?: unknown }>> };
}

export interface BuildCommand {
  readonly command: string;
  readonly args: readonly string[];
}

const BUNDLED = 'vite build';

/**
 * How to build everything, one command after the other: one compiler for all projects, a third of the work of Nx, which starts one for
 * each, and then Vite for what runs in a browser. Nx itself as soon as a project builds by anything else.
 * @param anew every file, also of projects that the compiler takes for up to date: some of what it wrote is missing
 */
export function buildCommands(root: string, { anew = false }: { anew?: boolean } = {}): BuildCommand[] {
  const built = globSync('{apps,libs,tools}/*/package.json', { cwd: root }).flatMap((file) => {
    const { scripts, nx } = JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;
    const target = nx?.targets?.['build'];
    const script = scripts?.['build'] ?? (target?.command === undefined && target?.executor === undefined ? undefined : 'by Nx');
    return script === undefined ? [] : [{ folder: dirname(file), script }];
  });
  const bin = join(root, 'node_modules', '.bin');
  if (built.some(({ script }) => script !== BUNDLED)) {
    return [{ command: join(bin, 'nx'), args: ['run-many', '-t', 'build', '--outputStyle=static', ...(anew ? ['--skip-nx-cache'] : [])] }];
  }
  const projects = globSync(['{apps,libs,tools}/*/tsconfig.lib.json', 'migrations/tsconfig.lib.json'], { cwd: root }).sort();
  const bundles = built.map(({ folder }) => ({ command: join(bin, 'vite'), args: ['build', folder, '--logLevel', 'warn'] }));
  return [{ command: join(bin, 'tsc'), args: ['--build', ...(anew ? ['--force'] : []), ...projects] }, ...bundles];
}
