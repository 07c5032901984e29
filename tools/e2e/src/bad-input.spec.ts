import { createHash } from 'node:crypto';
import { PROBLEMS } from '@mail/domain';
import { CANARY_DOMAIN, CANARY_HEADER, KEY, startSmtpSink, STREAM_ENTRY_CASES, type CommandCase, type SmtpSink } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusOf, keyOf, neighboursAmong, runCorpus, sourceOf, type CorpusRun } from './corpus-run.js';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { headerNames, messageIdOf } from './message-head.js';
import { PATIENT } from './patient.js';
import { expectedMail, expectedRecipients, parseReceived } from './received-mail.js';

const MAX_BYTES = 1024 * 1024;
const CORPUS = corpusOf(MAX_BYTES);
const { byHttp: BY_HTTP, byStream: BY_STREAM, requests: REQUESTS } = CORPUS;

/** Of the service itself, in every mail. */
const OWN_HEADERS = [
  'date',
  'from',
  'to',
  'cc',
  'reply-to',
  'subject',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
];

const named = <Case extends { readonly name: string; readonly expect: string }>(
  cases: readonly Case[],
): (readonly [Case['expect'], string, Case])[] => cases.map((each) => [each.expect, each.name, each] as const);

describe('of the corpus', () => {
  let sink: SmtpSink;
  let system: MailSystem;
  let answers: CorpusRun['answers'];
  let requestAnswers: CorpusRun['requestAnswers'];
  let records: CorpusRun['records'];
  let deliveries: CorpusRun['deliveries'];

  beforeAll(async () => {
    sink = await startSmtpSink();
    system = await startMailSystem(['intake-api', 'stream-consumer', 'scheduler', 'attempt-worker'], {
      sink,
      env: { ...PATIENT, MAIL_MAX_COMMAND_BYTES: '1MiB' },
    });
    ({ answers, requestAnswers, records, deliveries } = await runCorpus(system, CORPUS));
  }, 300_000);
  afterAll(async () => {
    await system.stop();
    await sink.close();
  });

  async function expectDelivered(door: 'http' | 'stream', each: CommandCase): Promise<void> {
    const found = deliveries.get(`${sourceOf(door, each)} ${keyOf(door, each.name)}`) ?? [];
    expect(found.map(({ status }) => status)).toEqual([each.ends ?? 'sent']);
    if (each.ends !== undefined) return;
    expect(found[0]?.accepted).toEqual(expectedRecipients(each));
    const messages = sink.messages.filter(({ raw }) => messageIdOf(raw) === found[0]?.message_id);
    expect(messages).toHaveLength(1);
    for (const message of messages) expect(await parseReceived(message)).toMatchObject(expectedMail(each));
  }

  describe('the HTTP door answers', () => {
    it.each(named(BY_HTTP))('%s: %s', async (code, name, each) => {
      const answer = answers.get(keyOf('http', name));
      if (code === 'accepted') {
        expect(answer).toMatchObject({ status: 202, body: { outcome: each.ends === 'expired' ? 'expired' : 'queued' } });
        return expectDelivered('http', each);
      }
      expect(answer).toMatchObject({ status: PROBLEMS[code].status, body: { code } });
      expect(answer?.contentType).toContain('application/problem+json');
      if (each.pointer !== undefined) expect(pointersOf(answer)).toContain(each.pointer);
      expect(deliveries.get(`${sourceOf('http', each)} ${keyOf('http', name)}`)).toBeUndefined();
    });

    it.each(named(REQUESTS))('%s: %s', (code, name, each) => {
      const answer = requestAnswers.get(name);
      if (code === 'closes') return expect(answer?.status === null || answer?.status === 400).toBe(true);
      if (code === 'accepted') return expect(answer).toMatchObject({ status: 202, body: { outcome: 'queued' } });
      expect(answer).toMatchObject({ status: code === 'bad_request' ? 400 : PROBLEMS[code].status, body: { code } });
      expect(answer?.contentType).toContain('application/problem+json');
      if (each.pointer !== undefined) expect(pointersOf(answer)).toContain(each.pointer);
      expect([...deliveries.keys()].filter((key) => key.endsWith(keyOf('request', name)))).toEqual([]);
    });
  });

  describe('the stream door makes', () => {
    it.each(named(BY_STREAM))('%s: %s', async (code, name, each) => {
      const key = keyOf('stream', name);
      const found = records.get(key) ?? [];
      expect(found.map((record) => record.code)).toEqual(code === 'accepted' ? [] : [code]);
      if (code === 'accepted') return expectDelivered('stream', each);
      const [record] = found;
      if (each.pointer !== undefined) expect(record?.pointers).toContain(each.pointer);
      expect(deliveries.get(`${sourceOf('stream', each)} ${key}`)).toBeUndefined();
      const bytes = Buffer.from(each.body);
      // Not of what may hold a code: it is of source auth, or of a template that has secrets or is unknown.
      const named = /"mode":"template"|"template_id"/.test(bytes.toString());
      const kept = each.source !== 'auth' && (!named || /"template_id":"(game\.turn_ready|notification\.generic)"/.test(bytes.toString()));
      expect(record?.raw?.equals(bytes.subarray(0, MAX_BYTES)) ?? null).toBe(kept ? true : null);
      expect(record?.sha256?.equals(createHash('sha256').update(bytes).digest()) ?? null).toBe(kept ? true : null);
    });

    it.each(named(STREAM_ENTRY_CASES))('%s: %s', (code, name, each) => {
      const key = keyOf('entry', name);
      const found = records.get(key) ?? [];
      expect(found.map((record) => record.code)).toEqual(code === 'accepted' ? [] : [code]);
      if (code === 'accepted') {
        const fields = new Map(each.fields.map(([field, value]) => [String(field), String(value === KEY ? key : value)]));
        const made = deliveries.get(`${fields.get('source')} ${fields.get('idempotency_key')}`) ?? [];
        expect(made.map(({ status }) => status)).toEqual(['sent']);
        return;
      }
      if (each.pointer !== undefined) expect(found[0]?.pointers).toContain(each.pointer);
      if (each.recordedSource !== undefined) expect(found[0]?.source).toBe(each.recordedSource);
    });
  });

  it('good neighbours are delivered, each once', () => {
    const good = [...deliveries].filter(([key]) => key.startsWith('good '));
    expect(good).toHaveLength(neighboursAmong(BY_HTTP.length) + neighboursAmong(BY_STREAM.length + STREAM_ENTRY_CASES.length));
    expect(good.filter(([, made]) => made.length !== 1 || made[0]?.status !== 'sent')).toEqual([]);
    const ids = good.flatMap(([, made]) => made.map(({ message_id }) => message_id));
    const received = sink.messages.map(({ raw }) => messageIdOf(raw) ?? '').filter((id) => ids.includes(id));
    expect(received.sort()).toEqual(ids.sort());
  });

  it('every entry is counted once, as accepted or as malformed', async () => {
    const { rows } = await system.database.client.query(
      'select consumed::int, accepted::int, replayed::int, malformed::int from stream_offsets',
    );
    const malformed = [...records.values()].filter((found) => found.length > 0).length;
    expect(rows).toEqual([{ consumed: records.size, accepted: records.size - malformed, replayed: 0, malformed }]);
  });

  it('no mail has a header or a recipient that nobody asked for', () => {
    const asked = new Set([...OWN_HEADERS, ...[...BY_HTTP, ...BY_STREAM].flatMap((each) => headerNamesOf(each))]);
    const seen = sink.messages.flatMap(({ raw }) => headerNames(raw));
    expect(seen).not.toContain(CANARY_HEADER.toLowerCase());
    expect([...new Set(seen)].filter((name) => !asked.has(name))).toEqual([]);
    expect(sink.messages.flatMap(({ recipients }) => recipients).filter((address) => address.endsWith(CANARY_DOMAIN))).toEqual([]);
  });

  it('no mail has a line of more than 998 octets, or a line end that is not CRLF', () => {
    const lines = sink.messages.flatMap(({ raw }) => raw.toString('latin1').split('\r\n'));
    expect(lines.filter((line) => line.length > 998 || /[\r\n]/.test(line)).map((line) => line.slice(0, 80))).toEqual([]);
  });

  it('no process fails, or has to try anything again', () => {
    for (const { app, log } of system.processes.values()) {
      const failures = log.filter(
        ({ event, level }) => /failed|error/.test(String(event)) || ['error', 'fatal', 50, 60].includes(level as string),
      );
      expect([app, failures]).toEqual([app, []]);
    }
  });
});

function pointersOf(answer: { readonly body: Readonly<Record<string, unknown>> } | undefined): string[] {
  return ((answer?.body['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer);
}

function headerNamesOf({ expect: code, body }: CommandCase): string[] {
  if (code !== 'accepted') return [];
  const { headers = {} } = JSON.parse(body.toString()) as { headers?: Record<string, string> };
  return Object.keys(headers).map((name) => name.toLowerCase());
}
