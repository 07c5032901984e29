import { createHash } from 'node:crypto';
import {
  commandCases,
  eventually,
  httpRequestCases,
  KEY,
  STREAM_ENTRY_CASES,
  VALID_COMMAND,
  withSource,
  type CommandCase,
  type HttpRequestCase,
} from '@mail/testing';
import type { MailSystem } from './mail-system.js';
import { rawRequest, type RawAnswer } from './raw-request.js';
import { throughHttp, type HttpAnswer } from './through-http.js';
import { throughStream, type EntryFields, type MalformedRecord } from './through-stream.js';

/** A good command stands before every so many of the corpus, and after the last. */
const NEIGHBOUR_EVERY = 4;

export interface Corpus {
  readonly byHttp: readonly CommandCase[];
  readonly byStream: readonly CommandCase[];
  readonly requests: readonly HttpRequestCase[];
}

export function corpusOf(maxCommandBytes: number): Corpus {
  const commands = commandCases(maxCommandBytes);
  return {
    byHttp: commands.filter(({ door }) => door !== 'stream'),
    byStream: commands.filter(({ door }) => door !== 'http'),
    requests: httpRequestCases(maxCommandBytes),
  };
}

export interface CorpusDelivery {
  readonly status: string;
  readonly message_id: string;
  /** Addresses that the mail server took, in order. */
  readonly accepted: readonly string[];
}

/** What became of all of it. */
export interface CorpusRun {
  /** By key, those of neighbours too. */
  readonly answers: ReadonlyMap<string, HttpAnswer>;
  /** By the case's name. */
  readonly requestAnswers: ReadonlyMap<string, RawAnswer>;
  /** By key: of every entry, good ones too. */
  readonly records: ReadonlyMap<string, readonly MalformedRecord[]>;
  /** By source and key. */
  readonly deliveries: ReadonlyMap<string, readonly CorpusDelivery[]>;
}

export const keyOf = (door: 'http' | 'stream' | 'entry' | 'request', name: string): string =>
  `${door}:${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
export const sourceOf = (door: 'http' | 'stream', { source }: CommandCase): string => source ?? `corpus-${door}`;

/** Sends the corpus through both doors, among good neighbours of source `good`, and waits until all that is due has ended. */
export async function runCorpus(system: MailSystem, corpus: Corpus): Promise<CorpusRun> {
  const records = await sendByStream(system, corpus);
  const answers = await sendByHttp(system, corpus);
  const requestAnswers = await sendRequests(system, corpus);
  return { records, answers, requestAnswers, deliveries: await endedDeliveries(system) };
}

const neighbour = (index: number): string => JSON.stringify({ ...VALID_COMMAND, to: [`good${index}@example.com`] });
const amongNeighbours = <T>(cases: readonly T[], good: (index: number) => T): T[] => [
  ...cases.flatMap((each, index) => (index % NEIGHBOUR_EVERY === 0 ? [good(index), each] : [each])),
  good(cases.length),
];
/** How many neighbours stand among so many cases. */
export const neighboursAmong = (cases: number): number => Math.ceil(cases / NEIGHBOUR_EVERY) + 1;

async function sendByStream(system: MailSystem, { byStream }: Corpus): Promise<ReadonlyMap<string, readonly MalformedRecord[]>> {
  const entry = (source: string, key: string, command: string | Buffer): EntryFields => [
    ['source', source],
    ['idempotency_key', key],
    ['command', command],
  ];
  const entries = amongNeighbours<{ key: string; fields: EntryFields }>(
    [
      ...byStream.map((each) => {
        const key = keyOf('stream', each.name);
        return { key, fields: entry(sourceOf('stream', each), key, each.body) };
      }),
      ...STREAM_ENTRY_CASES.map(({ name, fields }) => {
        const key = keyOf('entry', name);
        return { key, fields: fields.map(([field, value]) => [field, value === KEY ? key : value] as const) };
      }),
    ],
    (index) => ({ key: `stream-${index}`, fields: entry('good', `stream-${index}`, neighbour(index)) }),
  );
  const found = await throughStream(
    system,
    entries.map(({ fields }) => fields),
  );
  return new Map(entries.map(({ key }, index) => [key, found[index] ?? []]));
}

async function sendByHttp(system: MailSystem, { byHttp }: Corpus): Promise<ReadonlyMap<string, HttpAnswer>> {
  const commands = amongNeighbours<{ key: string; body: Buffer }>(
    byHttp.map((each) => ({
      key: keyOf('http', each.name),
      body: each.door === 'http' ? Buffer.from(each.body) : withSource(each.body, sourceOf('http', each)),
    })),
    (index) => ({ key: `http-${index}`, body: withSource(neighbour(index), 'good') }),
  );
  const found = await throughHttp(system, commands);
  return new Map(commands.flatMap(({ key }, index) => (found[index] === undefined ? [] : [[key, found[index]] as const])));
}

async function sendRequests(system: MailSystem, { requests }: Corpus): Promise<ReadonlyMap<string, RawAnswer>> {
  const found = new Map<string, RawAnswer>();
  for (const each of requests) {
    const headers = each.headers.map(([name, value]) => [name, value === KEY ? keyOf('request', each.name) : value] as const);
    found.set(each.name, await rawRequest(system.url, { ...each, headers }));
  }
  return found;
}

async function endedDeliveries(system: MailSystem): Promise<ReadonlyMap<string, readonly CorpusDelivery[]>> {
  const { client } = system.database;
  await eventually(
    'all that is due has ended',
    async () => {
      const { rowCount } = await client.query(
        `select 1 from deliveries where status = 'queued' and deliver_at is distinct from '9999-12-31T23:59:59.999Z' limit 1`,
      );
      return rowCount === 0;
    },
    120_000,
  );
  const { rows } = await client.query<CorpusDelivery & { source: string; idempotency_key: string }>(
    `select source, idempotency_key, status, message_id,
       array(select address from delivery_recipients r where r.delivery_id = d.delivery_id and outcome = 'accepted' order by position) as accepted
     from deliveries d`,
  );
  return Map.groupBy(rows, ({ source, idempotency_key }) => `${source} ${idempotency_key}`);
}
