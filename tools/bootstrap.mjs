// The door of every command that must work in a fresh clone: plain JavaScript for any Node from 20 on, with nothing installed. It
// installs what the lockfile says, and hands over to the command's own program under the Node that the project pins.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const programs = {
  demo: 'local/src/demo.ts',
  start: 'local/src/start.ts',
  test: 'local/src/test.ts',
  services: 'local/src/services.ts',
  'test:faults': 'faults/src/test-faults.ts',
  'test:runbooks': 'runbooks/src/test-runbooks.ts',
  bench: 'bench/src/run-bench.ts',
  'bench:operators': 'bench-operators/src/run-bench-operators.ts',
  'check:chart': 'chart/src/check-chart.ts',
  'simulate-scale': 'simulate-scale/src/simulate-scale.ts',
};
const [command, ...args] = process.argv.slice(2);

function fail(cause, cure) {
  console.error(`\n✗ ${cause}\n  ${cure}\n`);
  process.exit(1);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The parent of a process, where the system shows it as a file. */
function parentOf(pid) {
  try {
    return / \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** Whether node_modules holds what the lockfile says: npm writes node_modules/.package-lock.json once it has finished. */
function isInstalled() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (wanted === undefined) fail('package-lock.json is missing or no JSON.', 'Restore it: git checkout package-lock.json');
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    const found = present[path];
    if (path === '') return true;
    // What is optional is for another platform where it is absent.
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

const pinnedNode = join(root, 'node_modules', '.bin', 'node');

/** The Node to go on with: the pinned one, or this one where the platform has no pinned one and this strips types by itself. */
function chooseNode() {
  if (existsSync(pinnedNode) && spawnSync(pinnedNode, ['--version']).status === 0) return pinnedNode;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major >= 24 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(
    `The Node that the project pins does not run on this platform (${process.platform} ${process.arch}), and this one is ${process.version}.`,
    'Install Node 24 (https://nodejs.org) and run the command again with it.',
  );
}

const environment = {
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
  NODE_ENV: ['test', 'services', 'test:faults', 'test:runbooks'].includes(command) ? 'test' : 'development',
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
};

let child;
let stopping = false;

/** Runs a child to its end, with our terminal and our signals; its exit code, 128 + n when signal n ended it. */
function run(file, parameters, options) {
  return new Promise((resolve, reject) => {
    child = spawn(file, parameters, { cwd: root, env: environment, ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 1)));
  });
}

async function install() {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const live = process.stdout.isTTY === true;
  console.log('… Installing the packages of package-lock.json (about a minute, once)');
  const ticking = setInterval(
    () => (live ? process.stdout.write(`\r  ${seconds()}`) : console.log(`  still installing, ${seconds()}`)),
    live ? 1000 : 15_000,
  );
  const npm = process.env.npm_execpath;
  const parameters = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm of this very call where npm called us; a pinned Node is not there yet.
  const env = { ...process.env, NODE_ENV: 'development' };
  const stdio = ['ignore', 'ignore', 'inherit'];
  const code = await (
    npm?.endsWith('.js') ? run(process.execPath, [npm, ...parameters], { env, stdio }) : run('npm', parameters, { env, stdio })
  ).catch(() => 127);
  clearInterval(ticking);
  if (live) process.stdout.write('\r');
  if (stopping) process.exit(130);
  if (code === 127) fail('npm was not found.', 'Install Node with npm (https://nodejs.org), 20 or later.');
  if (code !== 0) {
    fail(
      `npm ci failed (exit ${code}); what it said is above.`,
      'Check the network and the registry (npm config get registry), then run the command again.',
    );
  }
  console.log(`✓ Packages installed (${seconds()})`);
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`Node 20 or later is needed, and this is ${process.version}.`, 'Install a newer one: https://nodejs.org');
}
const program = programs[command];
if (program === undefined) {
  fail(
    `There is no command "${command ?? ''}".`,
    `Use one of: ${Object.keys(programs)
      .map((name) => `node tools/bootstrap.mjs ${name}`)
      .join(', ')}`,
  );
}
if (args.includes('--help') || args.includes('-h')) {
  const help = program.replace('/src/', '/help/').replace(/\.ts$/, '.txt');
  console.log(readFileSync(join(root, 'tools', help), 'utf8'));
  process.exit(0);
}
if (process.platform === 'win32') {
  fail('The local services run on Linux and macOS.', 'On Windows, use the Windows Subsystem for Linux.');
}

// Ctrl-C reaches the child by itself, being in the same foreground group; what a supervisor sends to us alone does not.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping = true;
    child?.kill(signal);
  });
}
// A closed terminal takes our output with it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

if (!isInstalled()) await install();
const node = chooseNode();
// When npm is killed outright, nobody tells us, and the shell between it and us lives on: but the parent of one of us changes.
const ancestry = () => `${process.ppid} ${parentOf(process.ppid)}`;
const before = ancestry();
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => ancestry() !== before && child?.kill('SIGHUP'), 1000).unref();
}
// The channel tells the child when we are gone, even by kill -9.
const code = await run(node, ['--disable-warning=ExperimentalWarning', join(root, 'tools', program), ...args], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
process.exit(code);
