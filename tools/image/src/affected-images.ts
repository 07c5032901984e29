// node tools/image/src/affected-images.ts: the targets whose images a change makes different, as a JSON list. As `nx affected` it
// compares NX_BASE and NX_HEAD, or takes --base and --head.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { affectedTargets } from './affected-targets.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const nx = join(root, 'node_modules', '.bin', 'nx');
const show = (...args: string[]): unknown =>
  JSON.parse(execFileSync(nx, ['show', 'projects', '--json', ...args], { cwd: root, encoding: 'utf8' }));

const given = process.argv.slice(2);
const affected = show('--affected', ...given) as string[];
const nameOf = (workspace: string): string => {
  const file = join(root, workspace, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { name: string }).name : workspace;
};
const option = (name: string): string | undefined => given.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const [base, head] = [option('base') ?? process.env['NX_BASE'] ?? 'main', option('head') ?? process.env['NX_HEAD'] ?? 'HEAD'];
const changed = execFileSync('git', ['diff', '--name-only', `${base}...${head}`], { cwd: root, encoding: 'utf8' }).split('\n');
console.log(JSON.stringify(affectedTargets(affected, changed, nameOf)));
