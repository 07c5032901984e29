import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Trouble } from '../trouble.ts';

export interface TestedProject {
  /** As Nx knows it, like `@mail/domain`. */
  readonly name: string;
  readonly folder: string;
}

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
}

const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest;

/** The projects of the workspace that have tests; limited to those named, with or without their scope, where any are. */
export function testedProjects(root: string, wanted: readonly string[]): TestedProject[] {
  const { workspaces = [] } = readManifest(join(root, 'package.json'));
  const all = workspaces
    .flatMap((pattern) => globSync(join(pattern, 'package.json'), { cwd: root }))
    .map((file) => ({ ...readManifest(join(root, file)), folder: join(root, dirname(file)) }))
    .filter(({ scripts }) => scripts?.['test'] !== undefined)
    .map(({ name, folder }) => ({ name, folder }))
    .sort((a, b) => a.name.localeCompare(b.name));
  const short = (name: string): string => name.replace(/^@[^/]+\//, '');
  const unknown = wanted.filter((name) => !all.some((project) => short(project.name) === short(name)));
  if (unknown.length > 0) {
    throw new Trouble(
      `No project with tests is called ${unknown.join(', ')}.`,
      `There are: ${all.map(({ name }) => short(name)).join(', ')}`,
    );
  }
  return wanted.length === 0 ? all : all.filter(({ name }) => wanted.some((one) => short(one) === short(name)));
}
