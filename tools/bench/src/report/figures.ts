import type { ContenderName } from '../contenders/contender-names.ts';

/** What is measured, by the letter that `--only` takes. */
export const measurements = {
  a: 'accepted through the stream',
  b: 'accepted over HTTP',
  c: 'end to end: enqueue and send together',
  d: 'latency at 10 mails/s',
  e: 'a login code over a backlog',
  f: 'with finished deliveries in the tables',
  g: 'memory under load',
  h: 'cold start',
  i: 'cost of a mail',
  j: 'limits',
} as const;
export type Measurement = keyof typeof measurements;

/** One figure of one round. */
export interface Figure {
  readonly measurement: Measurement;
  /** What it is, with its unit: `mails/s`. */
  readonly what: string;
  /** Whose it is: a contender, a process of the service, a reference. */
  readonly whose: ContenderName | (string & {});
  readonly round: number;
  readonly value: number;
}

/** All figures of a run. */
export interface Figures {
  readonly all: readonly Figure[];
  add(figure: Figure): void;
  /** The values of one figure, by round. */
  rounds(measurement: Measurement, what: string, whose: string): Map<number, number>;
}

export function collectFigures(): Figures {
  const all: Figure[] = [];
  return {
    all,
    add: (figure) => void all.push(figure),
    rounds: (measurement, what, whose) =>
      new Map(
        all
          .filter((figure) => figure.measurement === measurement && figure.what === what && figure.whose === whose)
          .map(({ round, value }) => [round, value]),
      ),
  };
}
