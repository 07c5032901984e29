import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import { runKept } from '@mail/local/run-kept';
import { ACCEPTANCE, ACCEPTANCE_HEAD, acceptanceRow } from './acceptance-target.ts';
import { OPERATOR_INDEXES } from './measure-acceptance.ts';
import type { MeasuredAcceptance } from './measure-acceptance.ts';
import type { Measured } from './measure.ts';
import type { Options } from './options.ts';
import { HEAD, P99_MS, RATIO, rowOf } from './targets.ts';

const table = (head: readonly string[], rows: readonly string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const acceptance = (accepted: readonly MeasuredAcceptance[]): string =>
  accepted.length === 0
    ? ''
    : `
## What the lists cost acceptance

A copy of the large database has none of the indexes that acceptance has to keep up for the lists alone (${OPERATOR_INDEXES.map((name) => `\`${name}\``).join(', ')}).
Both accept the same commands, each with a template, a tag and an address of its own, in turn, over HTTP and from the stream; the ratio is the
median of those of ${accepted[0]?.withIndexes.length ?? 0} rounds. Target: at least ${ACCEPTANCE} of what is accepted without.

${table(ACCEPTANCE_HEAD, accepted.map(acceptanceRow))}
`;

/** Writes docs/operator-benchmarks.md. */
export async function writePage(
  context: Context,
  { rows, few, requests }: Options,
  { listed, accepted }: { readonly listed: readonly Measured[]; readonly accepted: readonly MeasuredAcceptance[] },
  postgresVersion: string,
): Promise<void> {
  const page = join(projectRoot, 'docs', 'operator-benchmarks.md');
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
  writeFileSync(
    page,
    `# Benchmarks of the operators' lists

<!-- Written by \`npm run bench:operators\`: do not edit. -->

Written on ${new Date().toISOString().slice(0, 10)}, on ${machine}, PostgreSQL ${postgresVersion}. Two databases, with ${rows} deliveries and with ${few},
each with a tenth as many malformed commands, incidents, operator actions and plans, and an \`intake-api\` of its own; ${requests} requests for 50 rows of
each page, in turn. Deep is as many rows down as it says, page 1000 where the list is that long; with few, near the end of the list. Skewed: a
source with 60 % of all, a tag with 25 %, an address with 5 %.

Targets: 99 of 100 requests within ${P99_MS} ms, and a median of at most ${RATIO} times that with few. \`stats\` counts each state
up to 10 000, and so less with few: it has no ratio to keep. Absolute figures move with the machine: the load average at the end was
${loadavg()[0]?.toFixed(1) ?? 'unknown'}; where that is more than its cores, other work took part in the slowest answers.

${table(HEAD, listed.map(rowOf))}
${acceptance(accepted)}`,
  );
  await runKept(context, {
    name: 'prettier',
    command: join(projectRoot, 'node_modules', '.bin', 'prettier'),
    args: ['--write', page],
    cure: 'See what it says of docs/operator-benchmarks.md.',
  });
  context.progress.line('Written: docs/operator-benchmarks.md');
}
