import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

export interface TestReport {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly TestFailure[];
}

export interface TestFailure {
  readonly title: string;
  readonly file: string;
  readonly message: string;
}

/** What is used of the JSON that Vitest writes. */
interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Reads the report of one project. Undefined where there is none, or half of one: then its tests have not come to their end. */
export function readReport(file: string, root: string): TestReport | undefined {
  const report = parseReport(file);
  if (report === undefined) return undefined;
  const failures = report.testResults.flatMap(({ name, status, message, assertionResults }): TestFailure[] => {
    const place = relative(root, name);
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName, failureMessages }) => ({ title: fullName, file: place, message: failureMessages.join('\n') }));
    // A file that does not load, or a hook that fails, fails no test by name.
    if (failed.length === 0 && status === 'failed') return [{ title: 'the file as a whole', file: place, message }];
    return failed;
  });
  if (!report.success && failures.length === 0) {
    failures.push({ title: 'an error outside of any test', file: relative(root, file), message: 'See the log of the run.' });
  }
  return { passed: report.numPassedTests, skipped: report.numPendingTests + report.numTodoTests, failures };
}

/** It is looked for while it is being written. */
function parseReport(file: string): VitestReport | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
