// `npm test`: every test of every project, with a real PostgreSQL and Redis and the built processes.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumFolder, findChromium } from './chromium/find-chromium.ts';
import { logTail } from './log-tail.ts';
import { prepareTestServices } from './prepare-test-services.ts';
import { projectRoot } from './project-root.ts';
import { runCommand } from './run-command.ts';
import type { Context } from './run-command.ts';
import { toolEnvironment } from './run-kept.ts';
import { readReport } from './test-run/read-report.ts';
import type { TestFailure, TestReport } from './test-run/read-report.ts';
import { testedProjects } from './test-run/tested-projects.ts';
import type { TestedProject } from './test-run/tested-projects.ts';

/** In each project's folder; `coverage` is ignored by git. */
const REPORT = join('coverage', 'tests.json');
const MESSAGE_LINES = 30;
const WATCH_EVERY_MS = 500;

/** What whoever calls us has set for the service would change what specs see. */
function testEnvironment(services: Readonly<Record<string, string>>): Record<string, string> {
  const ours = Object.entries(toolEnvironment()).filter(([name]) => !/^(MAIL|OTEL)_/.test(name));
  return { ...Object.fromEntries(ours), ...services, NODE_ENV: 'test', FORCE_COLOR: '0' };
}

function reportOf({ folder }: TestedProject): TestReport | undefined {
  return readReport(join(folder, REPORT), projectRoot);
}

async function runTests(context: Context, projects: readonly TestedProject[], environment: Record<string, string>): Promise<void> {
  const { processes, progress, logFile } = context;
  for (const { folder } of projects) rmSync(join(folder, REPORT), { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const run = await processes.start({
    name: 'tests',
    tier: 'application',
    command: join(projectRoot, 'node_modules', '.bin', 'nx'),
    args: [
      'run-many',
      '-t',
      'test',
      '-p',
      projects.map(({ name }) => name).join(','),
      '--parallel=2',
      '--outputStyle=static',
      '--',
      ...reporters,
    ],
    env: environment,
    cwd: projectRoot,
    logFile: logFile('tests'),
    stopSignal: 'SIGTERM',
    stopWithinMs: 5000,
  });
  const startedMs = performance.now();
  const waiting = new Set(projects);
  const look = (): void => {
    for (const project of waiting) {
      const report = reportOf(project);
      if (report === undefined) continue;
      waiting.delete(project);
      const { passed, failures, skipped } = report;
      const rest = skipped === 0 ? '' : `, ${skipped} skipped`;
      progress.line(`${failures.length === 0 ? '✓' : '✗'} ${project.name}: ${passed} passed, ${failures.length} failed${rest}`);
    }
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    progress.status(`… Tests: ${projects.length - waiting.size} of ${projects.length} projects (${seconds} s)`);
  };
  const watching = setInterval(look, WATCH_EVERY_MS);
  await run.exited;
  clearInterval(watching);
  look();
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
  return ['', `✗ ${title}`, `  ${file}`, ...lines.slice(0, MESSAGE_LINES).map((line) => `    ${line}`)];
}

const summary = { passed: 0, failed: 0, ran: false };
process.once('exit', () => {
  if (summary.ran) console.log(`${summary.passed} passed, ${summary.failed} failed`);
});

await runCommand('test', async (context) => {
  const { progress } = context;
  const projects = testedProjects(projectRoot, process.argv.slice(2));
  const [{ environment }] = await Promise.all([prepareTestServices(context), prepareBrowser(context, projects)]);
  await runTests(context, projects, testEnvironment(environment));
  const failures: TestFailure[] = [];
  for (const project of projects) {
    const report = reportOf(project);
    summary.passed += report?.passed ?? 0;
    const log = context.logFile('tests');
    const unfinished = { title: 'no report: the run of this project broke off', file: project.name, message: logTail(log, MESSAGE_LINES) };
    failures.push(...(report?.failures ?? [unfinished]));
  }
  for (const line of failures.flatMap(describe)) progress.line(line);
  summary.failed = failures.length;
  summary.ran = true;
  progress.line();
  return failures.length === 0 ? 0 : 1;
});
