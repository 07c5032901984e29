/** An entry of `packages` in package-lock.json, as far as we read it. */
export interface Locked {
  readonly version?: string;
  readonly link?: true;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export type Lock = Readonly<Record<string, Locked>>;

export interface ProductionPackages {
  /** Folders of workspaces, such as `libs/domain`. */
  readonly workspaces: readonly string[];
  /** Links to them, such as `node_modules/@mail/domain`. */
  readonly links: readonly string[];
  /** Folders of what was installed, such as `node_modules/pg`. */
  readonly installed: readonly string[];
}

/** Where Node finds `name` from the folder `from`: the nearest node_modules upwards. */
function find(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    // A package that lies in node_modules/a is asked as node_modules/a/node_modules/…, and then as node_modules/….
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (!folder.endsWith('node_modules') && lock[path] !== undefined) return path;
    if (folder === '') return undefined;
  }
}

/**
 * Everything that a workspace needs in production: its dependencies, theirs, and the peers that they insist on; never anyone's
 * devDependencies. An optional dependency that the lock file does not have is left out.
 */
export function productionPackages(lock: Lock, workspace: string): ProductionPackages {
  const workspaces = new Set<string>();
  const links = new Set<string>();
  const installed = new Set<string>();
  const visit = (folder: string): void => {
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = lock[folder] ?? {};
    const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
    for (const name of new Set([...Object.keys(dependencies), ...peers])) take(folder, name, name in optionalDependencies);
    for (const name of Object.keys(optionalDependencies)) take(folder, name, true);
  };
  const take = (from: string, name: string, optional: boolean): void => {
    const path = find(lock, from, name);
    if (path === undefined) {
      if (optional) return;
      throw new Error(`package-lock.json has no ${name} for ${from}: run npm install`);
    }
    const { link, resolved } = lock[path] ?? {};
    if (link === true && resolved !== undefined) {
      links.add(path);
      if (!workspaces.has(resolved)) {
        workspaces.add(resolved);
        visit(resolved);
      }
    } else if (!installed.has(path)) {
      installed.add(path);
      visit(path);
    }
  };
  workspaces.add(workspace);
  visit(workspace);
  return { workspaces: [...workspaces].sort(), links: [...links].sort(), installed: [...installed].sort() };
}
