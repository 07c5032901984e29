import { peerPackages } from '../peers/peer-packages.ts';
import { postgresSettings } from '../world/servers.ts';
import { measurements } from './figures.ts';
import type { Figures, Measurement } from './figures.ts';
import { boundText, digits, figureRows } from './print-figures.ts';
import type { KeptFigures } from './kept-figures.ts';
import type { Judged } from './targets.ts';

export interface Measured {
  readonly kept: KeptFigures;
  readonly figures: Figures;
  readonly judged: readonly Judged[];
  readonly charts: ReadonlyMap<string, { title: string }>;
  /** Whether there is a page on what profiles have shown. */
  readonly hasProfiles: boolean;
  readonly postgresVersion: string;
  readonly redisVersion: string;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const TUNING = `- **This service**: \`MAIL_ATTEMPT_WORKER_CONCURRENCY=64\` where mails a second are counted, its default of 16 where the wait is; nothing else.
- **pg-boss**: \`useListenNotify\` and a queue with \`notify\`, \`burstWhenBatchFull\`; batches of 50 by two local workers where mails a second are
  counted, batches of 20 by two where the wait is ([workers](https://github.com/timgit/pg-boss/blob/master/docs/api/workers.md)). A batch is
  completed as a whole, which is the cheaper of its two forms.
- **graphile-worker**: the settings of its page on [performance](https://worker.graphile.org/docs/performance): 24 concurrent jobs, a pool of
  25, a local queue of 500 and batched completion; without the local queue where the wait counts, since that page warns that urgent jobs wait behind it.
- **BullMQ**: concurrency 50 as on [concurrency](https://docs.bullmq.io/guide/workers/concurrency), \`removeOnComplete\`; Redis with
  \`appendfsync everysec\`, so that it may lose its last second, which no other contender may.
- **nodemailer**: pooled, 20 connections, no limit of messages on one.
- Each enqueues in bulk, 500 at a time, where many mails are handed over, and has its worker in a process of its own.`;

/** The page, of each measurement as it was last made. */
export function benchmarksPage(measured: Measured): string {
  const { kept, figures, judged, charts, hasProfiles, postgresVersion, redisVersion } = measured;
  const settings = Object.entries(postgresSettings).map(([name, value]) => `\`${name} = ${value}\``);
  const versions = Object.entries(peerPackages).map(([name, version]) => `${name} ${version}`);
  const sections = (Object.entries(measurements) as [Measurement, string][]).flatMap(([measurement, title]) => {
    const rows = figureRows(figures, measurement);
    const about = kept[measurement];
    if (about === undefined || rows.length === 0) return [];
    return [
      `### ${measurement}: ${title}`,
      `${about.date}, ${about.machine}. ${about.size}.`,
      table(['what', 'whose', 'median', 'spread'], rows),
    ];
  });
  return [
    '# Benchmarks',
    '<!-- Written by `npm run bench`: do not edit. -->',
    `Written by \`npm run bench\`. Absolute figures move with the machine and the hour; what is claimed are the ratios, each taken within one
round of one run, with all contenders in turn. A target is _met_ by the median, _in reach_ where only part of the spread meets it, and _missed_ where
none does.`,
    '## Ratios and targets',
    table(
      ['', 'target', 'median', 'spread', ''],
      judged.map((one) => [
        `${one.target.measurement}: ${one.target.what}`,
        boundText(one),
        digits(one.spread.median),
        `${digits(one.spread.min)} to ${digits(one.spread.max)}`,
        one.verdict,
      ]),
    ),
    ...[...charts].map(([file, { title }]) => `![${title}](benchmarks/${file})`),
    ...(hasProfiles ? ['What a mail costs, and where: [profiles](benchmarks/profiles.md).'] : []),
    '## How it is measured',
    `Every contender gets the same mails, about 2 KB of text and HTML to one recipient each, over the same PostgreSQL and the same SMTP server, which
takes everything and counts. The service runs as its five processes, with their defaults but for what is said below, and renders the mail from a template, whose
HTML is as MJML makes it and somewhat larger; _ours, rendered_ is handed exactly what the peers send. \`fsync\`, \`synchronous_commit\` and \`full_page_writes\` are on.
Each is warmed up, and the database makes a checkpoint, before the clock starts. Latency is from the beginning of the call that hands a mail over until
the SMTP server's 250. Processor time is of all processes of a contender and of PostgreSQL with its backends; Redis, the SMTP server and the
caller are shown beside it.`,
    TUNING,
    `PostgreSQL ${postgresVersion}, with ${settings.join(', ')}. Redis ${redisVersion}. ${versions.join(', ')}.`,
    '## Figures',
    ...sections,
    '',
  ].join('\n\n');
}
