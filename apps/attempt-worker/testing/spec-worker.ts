import type { SecretKeys } from '@mail/domain';
import { readLatelyMet, takeAttempts, type Database } from '@mail/persistence';
import { smtpProvider } from '@mail/provider';
import { createLogger } from '@mail/runtime';
import { templateVersions } from '@mail/runtime/template-versions';
import { startSmtpSink, testDatabase, type SinkScript, type SmtpSink } from '@mail/testing';
import { onTestFinished } from 'vitest';
import { giveBackNotBegun } from '../src/give-back-not-begun.js';
import { performAttempt, type PerformedAttempt } from '../src/perform-attempt.js';
import { recordAttempts } from '../src/record-attempts.js';
import { recordLateReplies } from '../src/record-late-replies.js';
import { claimedAttempt } from './claimed-attempt.js';
import { openSpecDatabase } from './open-spec-database.js';

const WORKER = 'worker-1';
const POLICY = { scheduleMs: [60_000], troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 };
const NO_TEMPLATES = new Map() as unknown as Parameters<typeof templateVersions>[0];
const CONTENT = { body: { mode: 'rendered', subject: 's', text: 't', html: null }, reply_to: [], headers: {}, attachments: [] };

export interface SpecWorkerOptions {
  readonly script?: SinkScript;
  /** Stands between the worker and what it asks of the database while it renders. */
  readonly asking?: (database: Database) => Pick<Database, 'query'>;
  readonly timeoutMs?: number;
  readonly secretKeys?: SecretKeys;
}

export interface Accepted {
  readonly content?: object;
  readonly template?: true;
  readonly urgent?: true;
  readonly onUncertain?: 'retry' | 'hold';
}

/** How a delivery stands: its end or `queued`, what its attempts came to, and the one that is scheduled. */
export interface Stands {
  readonly is: string;
  readonly attempts: readonly string[];
  readonly next: { readonly number: number; readonly position: number; readonly error: string | null; readonly wait_s: number } | null;
}

/** A worker's own parts around a real database and a real SMTP server, whose turns the spec runs by hand. Ends with the test. */
export async function specWorker({
  script = {},
  asking = (database) => database,
  timeoutMs = 5_000,
  secretKeys = [],
}: SpecWorkerOptions = {}) {
  const test = await testDatabase();
  const database = await openSpecDatabase(test.dsn);
  const sink: SmtpSink = await startSmtpSink(script);
  const { host, port } = sink;
  const login = { username: null, password: null, oauth2: null, ehloName: 'spec.test' };
  const provider = smtpProvider({ host, port, ...login, ...POLICY, timeoutMs, insecureSkipVerify: true, maxConnections: 4 });
  const events: string[] = [];
  const write = (line: string): void => void events.push((JSON.parse(line) as { event: string }).event);
  const logger = createLogger({ app: 'attempt-worker', logLevel: 'info' }, { write });
  const records = recordAttempts({ database, workerId: WORKER, policy: POLICY, logger });
  records.flush();
  const late = recordLateReplies({ database, policy: POLICY, logger });
  const options = {
    findVersion: templateVersions(NO_TEMPLATES, asking(database)),
    provider,
    secretKeys,
    latelyMet: (id: string) => readLatelyMet(database, id, 300_000),
    record: (performed: PerformedAttempt) => records.record(performed),
    recordLate: (...told: Parameters<typeof late.record>) => void late.record(...told),
    giveBack: giveBackNotBegun({ database, late, logger }),
  };
  onTestFinished(async () => {
    await provider.close();
    await late.settled();
    await sink.close();
    await database.close();
    await test.drop();
  });
  const query = async <Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await test.client.query<Row>(text, values)).rows;
  return {
    sink,
    events,
    query,
    /** Stores a delivery whose attempt is claimed. */
    async accept({ content = CONTENT, template, urgent, onUncertain = 'retry' }: Accepted = {}): Promise<string> {
      const attemptId = await claimedAttempt(test);
      const [row] = await query<{ delivery_id: string }>('select delivery_id from attempts where attempt_id = $1', [attemptId]);
      const id = row?.delivery_id ?? '';
      const kept = template === undefined ? content : { ...content, body: { mode: 'template', variables: {} } };
      await query('update delivery_payloads set content = $2 where delivery_id = $1', [id, kept]);
      await query('update deliveries set on_uncertain = $2 where delivery_id = $1', [id, onUncertain]);
      if (urgent) await query('update attempts set lane = 0 where delivery_id = $1', [id]);
      if (template) {
        const version = `template_id = 'shop.order', template_hash = 'sha256:1', locale = 'en'`;
        await query(`update deliveries set ${version} where delivery_id = $1`, [id]);
      }
      return id;
    },
    /** Makes everything that is scheduled due, takes it, and performs it. */
    async perform(): Promise<void> {
      await query(`update attempts set status = 'claimed', claimed_at = now(), scheduled_at = now() where status = 'scheduled'`);
      const taken = await takeAttempts(database, 10, WORKER);
      await Promise.all(taken.map((attempt) => performAttempt(attempt, options)));
    },
    async stands(id: string): Promise<Stands | undefined> {
      const [row] = await query<Stands>(
        `select coalesce(end_reason, status) as is,
          (select array_agg(coalesce(outcome, status) order by number) from attempts a where a.delivery_id = d.delivery_id) as attempts,
          (select json_build_object('number', number, 'position', coalesce(schedule_position, number), 'error', error, 'wait_s', extract(epoch from scheduled_at - now()))
            from attempts a where a.delivery_id = d.delivery_id and a.status = 'scheduled') as next
        from deliveries d where delivery_id = $1`,
        [id],
      );
      return row;
    },
  };
}
