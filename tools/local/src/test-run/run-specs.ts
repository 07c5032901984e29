// Runs the specs of many projects as one: node run-specs.ts <file for events> <folder>… from the root of the repository. One Vitest for all
// transforms each source once, keeps every core busy until the last file, and begins with the files that take longest.
import { appendFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { BaseSequencer, startVitest } from 'vitest/node';
import type { Reporter, TestCase, TestModule, TestSpecification } from 'vitest/node';
import { projectRoot } from '../project-root.ts';
import { slowestFirst } from './slowest-first.ts';
import type { SpecEvent } from './spec-run.ts';

const [eventsFile = '', ...folders] = process.argv.slice(2);

const say = (event: SpecEvent): void => appendFileSync(eventsFile, `${JSON.stringify(event)}\n`);
const nameOf = ({ moduleId }: { readonly moduleId: string }): string => relative(projectRoot, moduleId);

function textOf({ message, stack = '', diff }: { message: string; stack?: string; diff?: string }): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return stripVTControlCharacters([message, ...(diff === undefined ? [] : [diff]), ...frames].join('\n'));
}

const reporter: Reporter = {
  onTestRunStart(specifications) {
    say({ type: 'planned', files: specifications.map(nameOf) });
  },
  onTestModuleQueued(module: TestModule) {
    say({ type: 'started', file: nameOf(module), atMs: Date.now() });
  },
  onTestCaseResult(test: TestCase) {
    const result = test.result();
    if (result.state === 'pending') return;
    const message = result.state === 'failed' ? { message: result.errors.map(textOf).join('\n') } : {};
    say({ type: 'test', file: nameOf(test.module), title: test.fullName, state: result.state, ...message });
  },
  onTestModuleEnd(module: TestModule) {
    const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
    say({ type: 'ended', file: nameOf(module), atMs: Date.now(), errors: [...module.errors(), ...suites].map(textOf) });
  },
  onTestRunEnd(_modules, errors) {
    say({ type: 'finished', errors: errors.map(textOf) });
  },
};

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return slowestFirst(files, nameOf);
  }
}

const vitest = await startVitest([], {
  root: projectRoot,
  config: join(projectRoot, 'vitest.base.mjs'),
  include: folders.map((folder) => `${folder}/src/**/*.spec.ts`),
  watch: false,
  reporters: ['default', reporter],
  sequence: { sequencer: SlowestFirst },
  // Much of what specs do is to wait for other processes: one file more than there are cores.
  maxWorkers: availableParallelism() + 1,
});
await vitest.close();
