import { PROBLEMS } from '@mail/domain';
import {
  CANARY_DOMAIN,
  eventually,
  fuzzSettings,
  nearlyValidCommand,
  startSmtpSink,
  VALID_COMMAND,
  withSource,
  type SmtpSink,
} from '@mail/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { PATIENT } from './patient.js';
import { throughHttp } from './through-http.js';
import { throughStream, type EntryFields } from './through-stream.js';

const BATCH = 50;
const { runs, seed } = fuzzSettings('both doors', 500);
const GOOD = Buffer.from(JSON.stringify(VALID_COMMAND));

interface Delivery {
  readonly idempotency_key: string;
  readonly source: string;
}

describe('whatever the bytes of a command', () => {
  let sink: SmtpSink;
  let system: MailSystem;
  let batches = 0;
  beforeAll(async () => {
    sink = await startSmtpSink();
    system = await startMailSystem(['intake-api', 'stream-consumer', 'scheduler', 'attempt-worker'], {
      sink,
      env: { ...PATIENT, MAIL_MAX_COMMAND_BYTES: '64KiB' },
    });
  }, 300_000);
  afterAll(async () => {
    await system.stop();
    await sink.close();
  });

  /** The keys of a batch that have become a delivery, by source; a key with two of them would be there twice. */
  async function acceptedOf(prefix: string): Promise<readonly Delivery[]> {
    const { rows } = await system.database.client.query<Delivery>(
      `select idempotency_key, source from deliveries where idempotency_key like $1 || '%'`,
      [prefix],
    );
    return rows;
  }

  it('each door accepts it or refuses it by the same code, once, and its neighbours are accepted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nearlyValidCommand, { minLength: BATCH, maxLength: BATCH }), async (commands) => {
        const prefix = `batch-${batches++}-`;
        const batch = commands.flatMap((command) => [GOOD, command]).concat(GOOD);
        const keys = batch.map((_, index) => `${prefix}${index}`);
        const records = await throughStream(
          system,
          batch.map((command, index): EntryFields => [
            ['source', 'stream'],
            ['idempotency_key', keys[index] ?? ''],
            ['command', command],
          ]),
        );
        const answers = await throughHttp(
          system,
          batch.map((command, index) => ({ key: keys[index] ?? '', body: withSource(command, 'http') })),
        );
        const accepted = await acceptedOf(prefix);
        const times = (source: string, key: string | undefined) =>
          accepted.filter((each) => each.source === source && each.idempotency_key === key).length;
        batch.forEach((command, index) => {
          const byStream = records[index]?.map(({ code }) => code) ?? [];
          const answer = answers[index];
          const byHttp = answer?.status === 202 ? [] : [String(answer?.body['code'])];
          expect(byStream.filter((code) => !(code in PROBLEMS))).toEqual([]);
          expect({ byStream, times: times('stream', keys[index]) }).toEqual({ byStream, times: byStream.length === 0 ? 1 : 0 });
          expect({ status: answer?.status, times: times('http', keys[index]) }).toEqual({
            status: byHttp[0] === undefined ? 202 : PROBLEMS[byHttp[0] as keyof typeof PROBLEMS].status,
            times: byHttp.length === 0 ? 1 : 0,
          });
          if (!command.includes('source')) expect(byHttp).toEqual(byStream);
          if (command === GOOD) expect([byStream, byHttp]).toEqual([[], []]);
        });
      }),
      { numRuns: Math.ceil(runs / BATCH), seed, endOnFailure: true },
    );
  }, 300_000);

  it('what was accepted comes to its end, and no process fails or has to try anything again', async () => {
    await eventually(
      'nothing that is due is queued',
      async () =>
        (
          await system.database.client.query(
            `select 1 from deliveries where status = 'queued' and (deliver_at is null or deliver_at < now()) limit 1`,
          )
        ).rowCount === 0,
      60_000,
    );
    const { rows } = await system.database.client.query(
      `select status, end_reason from deliveries where status not in ('sent', 'expired', 'superseded', 'queued')`,
    );
    expect(rows).toEqual([]);
    for (const { app, log } of system.processes.values()) {
      const troubles = log.filter(({ event, level }) => level === 'error' || level === 'fatal' || /failed/.test(event ?? ''));
      expect(troubles, `${app} says ${JSON.stringify(troubles)}`).toEqual([]);
    }
  }, 90_000);

  it('no mail goes to a recipient that nobody asked for', () => {
    expect(sink.messages.length).toBeGreaterThan(0);
    expect(sink.messages.flatMap(({ recipients }) => recipients).filter((address) => address.endsWith(CANARY_DOMAIN))).toEqual([]);
    const headers = sink.messages.map(({ raw }) => raw.subarray(0, raw.indexOf('\r\n\r\n')).toString('latin1'));
    expect(headers.filter((text) => /^bcc:/im.test(text))).toEqual([]);
  });
});
