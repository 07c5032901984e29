import { barChart } from './bar-chart.ts';
import type { Bar } from './bar-chart.ts';
import type { Figures, Measurement } from './figures.ts';
import { spreadOf } from './spread.ts';

interface Drawn {
  readonly file: string;
  readonly measurement: Measurement;
  readonly title: string;
  readonly axis: string;
  /** Each figure that is shown, and what is added to the name of whose it is. */
  readonly figures: readonly { readonly what: string; readonly note?: string }[];
}

const drawn: readonly Drawn[] = [
  {
    file: 'end-to-end',
    measurement: 'c',
    title: 'Enqueue and send together',
    axis: 'mails a second, more is better',
    figures: [{ what: 'mails/s' }],
  },
  {
    file: 'acceptance',
    measurement: 'a',
    title: 'Acceptance',
    axis: 'commands or jobs a second, more is better',
    figures: [
      { what: 'commands/s' },
      { what: 'one by one at 32, jobs/s', note: ', one by one' },
      { what: 'in bulk, jobs/s', note: ', in bulk' },
    ],
  },
  {
    file: 'http',
    measurement: 'b',
    title: 'Acceptance over HTTP',
    axis: 'requests a second, more is better',
    figures: [32, 128].map((n) => ({ what: `at ${n} connections, requests/s`, note: `, ${n}` })),
  },
  {
    file: 'latency',
    measurement: 'd',
    title: 'From acceptance to the SMTP server, at 10 mails/s',
    axis: 'ms, less is better',
    figures: [
      { what: 'p50, ms', note: ', p50' },
      { what: 'p99, ms', note: ', p99' },
    ],
  },
  {
    file: 'urgent',
    measurement: 'e',
    title: 'A login code over a backlog, p99',
    axis: 'ms, less is better',
    figures: [{ what: 'p99 over the smaller backlog, ms' }, { what: 'p99 over 1000000, ms', note: ', over one million' }],
  },
  {
    file: 'finished',
    measurement: 'f',
    title: 'End to end, with finished deliveries in the tables',
    axis: 'mails a second, more is better',
    figures: [0, 1, 5].map((millions) => ({ what: `mails/s with ${millions} million`, note: `, ${millions} million` })),
  },
  { file: 'memory', measurement: 'g', title: 'Memory under load', axis: 'MB at most, less is better', figures: [{ what: 'peak, MB' }] },
  {
    file: 'cpu',
    measurement: 'i',
    title: 'Processor time of a mail',
    axis: 'µs, all processes and PostgreSQL, less is better',
    figures: [{ what: 'CPU, µs/mail' }],
  },
];

/** The SVG files of what was measured, by name. */
export function charts(figures: Figures): Map<string, { title: string; svg: string }> {
  const files = new Map<string, { title: string; svg: string }>();
  for (const { file, measurement, title, axis, figures: shown } of drawn) {
    const bars = shown.flatMap(({ what, note = '' }): Bar[] => {
      const whose = new Set(figures.all.filter((one) => one.measurement === measurement && one.what === what).map((one) => one.whose));
      return [...whose].flatMap((name) => {
        const spread = spreadOf([...figures.rounds(measurement, what, name).values()]);
        return spread === undefined ? [] : [{ label: `${name}${note}`, ...spread, own: measurement === 'g' || name.startsWith('ours') }];
      });
    });
    if (bars.length > 0) files.set(`${file}.svg`, { title, svg: barChart({ title, axis, bars }) });
  }
  return files;
}
