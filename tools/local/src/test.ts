// `npm test`: every test of every project, with a real PostgreSQL and Redis and the built processes.
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumFolder, findChromium } from './chromium/find-chromium.ts';
import { logTail } from './log-tail.ts';
import { prepareTestServices } from './prepare-test-services.ts';
import { projectRoot } from './project-root.ts';
import { runCommand } from './run-command.ts';
import type { Context } from './run-command.ts';
import { toolEnvironment } from './run-kept.ts';
import { readAppended } from './test-run/read-appended.ts';
import { SpecRun } from './test-run/spec-run.ts';
import type { SpecEvent, TestFailure } from './test-run/spec-run.ts';
import { testedProjects } from './test-run/tested-projects.ts';
import type { TestedProject } from './test-run/tested-projects.ts';

const MESSAGE_LINES = 30;
const LINE_LENGTH = 500;
const WATCH_EVERY_MS = 500;

/** What whoever calls us has set for the service would change what specs see. Node keeps what it compiled of packages for the next file. */
function testEnvironment({ state }: Context, services: Readonly<Record<string, string>>): Record<string, string> {
  const ours = Object.entries(toolEnvironment()).filter(([name]) => !/^(MAIL|OTEL)_/.test(name));
  const cache = { NODE_COMPILE_CACHE: join(state.path, 'compiled') };
  return { ...Object.fromEntries(ours), ...services, ...cache, NODE_ENV: 'test', FORCE_COLOR: '0' };
}

/** Runs the specs, and says what comes of them while they run. */
async function runTests(context: Context, projects: readonly TestedProject[], environment: Record<string, string>): Promise<SpecRun> {
  const { processes, progress, logFile, folder } = context;
  const events = join(folder, 'specs.ndjson');
  writeFileSync(events, '');
  const folders = projects.map((project) => relative(projectRoot, project.folder));
  const run = await processes.start({
    name: 'tests',
    tier: 'application',
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('./test-run/run-specs.ts', import.meta.url)), events, ...folders],
    env: environment,
    cwd: projectRoot,
    logFile: logFile('tests'),
    stopSignal: 'SIGTERM',
    stopWithinMs: 5000,
  });
  const specs = new SpecRun();
  const startedMs = performance.now();
  const waiting = new Set(projects);
  const newEvents = readAppended(events);
  const look = (): void => {
    for (const line of newEvents()) {
      const event = JSON.parse(line) as SpecEvent;
      specs.take(event);
      if (event.type === 'test' && event.state === 'failed') progress.line(`✗ ${event.file}: ${event.title}`);
    }
    for (const project of waiting) {
      const end = specs.endOf(relative(projectRoot, project.folder));
      if (end === undefined) continue;
      waiting.delete(project);
      const rest = end.skipped === 0 ? '' : `, ${end.skipped} skipped`;
      progress.line(`${end.failed === 0 ? '✓' : '✗'} ${project.name}: ${end.passed} passed, ${end.failed} failed${rest}`);
    }
    progress.status(`… Tests, ${((performance.now() - startedMs) / 1000).toFixed(0)} s: ${specs.status(Date.now())}`);
  };
  const watching = setInterval(look, WATCH_EVERY_MS);
  await run.exited;
  clearInterval(watching);
  look();
  return specs;
}

/** For the specs of the console; without a browser they are left out, and all others run. */
async function prepareBrowser({ progress, state }: Context, projects: readonly TestedProject[]): Promise<void> {
  if (!projects.some(({ name }) => name === '@mail/e2e')) return;
  await progress.step('Browser', async (note) => {
    const found = await findChromium(chromiumFolder(state.path), note);
    note(typeof found === 'string' ? `none, and no test of the console in one: ${found}` : `${found.version} (${found.from})`);
  });
}

function describe({ title, file, message }: TestFailure): string[] {
  // Where Vitest calls the test from tells nobody anything.
  const lines = message.split('\n').filter((line) => !line.includes('node_modules/vitest/') && !/^\s+at new Promise/.test(line));
  return ['', `✗ ${title}`, `  ${file}`, ...lines.slice(0, MESSAGE_LINES).map((line) => `    ${line.slice(0, LINE_LENGTH)}`)];
}

const summary = { passed: 0, failed: 0, ran: false };
process.once('exit', () => {
  if (summary.ran) console.log(`${summary.passed} passed, ${summary.failed} failed`);
});

await runCommand('test', async (context) => {
  const { progress, logFile } = context;
  const projects = testedProjects(projectRoot, process.argv.slice(2));
  const [{ environment }] = await Promise.all([prepareTestServices(context), prepareBrowser(context, projects)]);
  const specs = await runTests(context, projects, testEnvironment(context, environment));
  const failures = specs.failures({ isOver: true });
  for (const line of failures.flatMap(describe)) progress.line(line);
  if (failures.some(({ file }) => file === '')) progress.line(logTail(logFile('tests'), MESSAGE_LINES));
  summary.passed = specs.passed;
  summary.failed = failures.length;
  summary.ran = true;
  progress.line();
  return failures.length === 0 ? 0 : 1;
});
