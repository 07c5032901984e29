import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import type { App, RunningApp } from '../world/mail-apps.ts';
import { holdFinals } from './hold-finals.ts';
import { untilAttempts, untilConsumed } from './postgres-parts.ts';
import { ENDED_LONG_AGO } from './retention.ts';

interface Errors {
  readonly app: App;
  readonly env?: Readonly<Record<string, string>>;
  /** `<statement>.before` or `.after`, with the passing at which a broken connection is reported: before, nothing was done; after, all was. */
  readonly points: readonly string[];
  /** Passed as the process stops. */
  readonly atStop?: readonly string[];
  /** Has the app pass its statements; again and again, until every point has acted. */
  round(stage: Stage, round: number): Promise<void>;
}

/** Each error costs its loop some seconds of waiting before the next turn. */
const ALL_PASSED_WITHIN_MS = 60_000;

/** A command that its key supersedes, one whose key is handed over again, and one like any other. */
async function everyKind(stage: Stage, door: 'http' | 'stream', round: number): Promise<void> {
  await stage.send(2, { door, key: `again-${round}` });
  await stage.send(2, { door, command: { supersede_key: `only-the-newest-${door}` } });
  await stage.send(1, { door });
}

/** With `app` frozen, so that what it would do next waits. */
async function without(stage: Stage, app: App, work: () => Promise<void>): Promise<void> {
  const { signal } = stage.world.apps.get(app);
  signal('SIGSTOP');
  try {
    await work();
  } finally {
    signal('SIGCONT');
  }
}

/** What each app passes; those of acceptance, which two pass, are in the first in full. */
export const errors: readonly Errors[] = [
  {
    app: 'intake-api',
    points: [
      'accept_deliveries.before@2',
      'accept_deliveries.after@3',
      'read_idempotency_keys.before@1',
      'read_idempotency_keys.after@2',
      'lock_supersede_keys.before@1',
      'lock_supersede_keys.after@2',
      'mark_superseded.before@1',
      'mark_superseded.after@2',
      'end_unstarted.before@1',
      'end_unstarted.after@2',
      'commit.before@1',
      'commit.after@2',
      'notify.before@1',
      'notify.after@2',
    ],
    // What is accepted stays unclaimed, and can be superseded.
    round: (stage, round) => without(stage, 'scheduler', () => everyKind(stage, 'http', round)),
  },
  {
    app: 'stream-consumer',
    points: [
      'acquire_stream_lease.before@1',
      'acquire_stream_lease.after@1',
      'renew_stream_lease.before@1',
      'renew_stream_lease.after@2',
      'accept_deliveries.after@1',
      'record_malformed_commands.after@1',
      'advance_stream_offset.before@1',
      'advance_stream_offset.after@2',
      'commit.before@1',
      'commit.after@2',
      'notify.before@1',
    ],
    atStop: ['release_stream_lease.before@1'],
    async round(stage, round) {
      await everyKind(stage, 'stream', round);
      await stage.send(1, { door: 'stream', command: { unheard_of: true } });
      await untilConsumed(stage);
    },
  },
  {
    app: 'scheduler',
    points: [
      'find_active_resend_plans.before@2',
      'find_active_resend_plans.after@4',
      'claim_due_attempts.before@2',
      'claim_due_attempts.after@4',
      'find_expired.before@2',
      'find_expired.after@4',
      'end_unstarted.before@1',
      'end_unstarted.after@1',
      'find_deferred_supersessions.before@2',
      'find_deferred_supersessions.after@4',
      'find_stale_claims.before@2',
      'find_stale_claims.after@4',
      'find_lost_attempts.before@2',
      'find_lost_attempts.after@4',
      'read_lost_attempts.before@1',
      'read_lost_attempts.after@1',
      'record_settlements.before@1',
      'record_settlements.after@1',
    ],
    async round(stage) {
      const { query, sink } = stage.world;
      const finals = holdFinals(sink);
      await stage.send(2, { door: 'http' });
      await stage.until('both are out', () => finals.held >= 2);
      await untilAttempts(stage, 'in_progress', 2);
      stage.mayDuplicate(2);
      await query(`update attempts set started_at = started_at - interval '1 hour' where status = 'in_progress'`);
      await stage.until('both are taken for lost', async () => (await stage.inFlight()) === 0);
      await without(stage, 'attempt-worker', async () => {
        await stage.send(2, { door: 'http', command: { expires_at: new Date(Date.now() + 3_600_000).toISOString() } });
        await query(
          `update deliveries set expires_at = created_at + interval '1 millisecond' where status = 'queued' and expires_at is not null`,
        );
        await stage.until('both have expired', async () => {
          const rows = await query(`select from deliveries where status = 'queued' and expires_at is not null`);
          return rows.length === 0;
        });
      });
      finals.release();
      await stage.settled();
    },
  },
  {
    app: 'attempt-worker',
    points: [
      'take_attempts.before@3',
      'take_attempts.after@6',
      'take_attempts.after@9',
      'find_unstarted.before@1',
      'find_unstarted.after@2',
      'record_and_take.before@1',
      'record_and_take.after@2',
      'record_and_take.after@4',
      'record_settlements.before@1',
      'record_settlements.after@2',
      'read_held_attempts.before@1',
      'read_held_attempts.after@1',
    ],
    async round(stage) {
      await stage.send(4, { door: 'http' });
    },
  },
  {
    app: 'retention-job',
    env: { MAIL_CLEANUP_INTERVAL: '50ms' },
    points: [
      'find_ended_deliveries',
      'delete_ended_deliveries',
      'find_old_malformed_commands',
      'find_old_resend_plan_items',
      'find_old_resend_plans',
      'find_old_operator_actions',
      'find_expired_keys',
    ].flatMap((name) => [`${name}.before@2`, `${name}.after@3`]),
    async round(stage) {
      await stage.world.query(ENDED_LONG_AGO, [5]);
      await stage.send(2);
      await stage.settled();
    },
  },
];

/** Those that have not acted yet. */
function outstanding(app: RunningApp, points: readonly string[]): string[] {
  const acted = new Set(
    app.log().flatMap(({ event, point, times }) => (event === 'failpoint_hit' ? [`${String(point)}@${String(times)}`] : [])),
  );
  return points.filter((point) => !acted.has(point));
}

function everyError({ app, env = {}, points, atStop = [], round }: Errors): Scenario {
  return {
    id: `postgres-errors-in-${app}`,
    component: 'PostgreSQL',
    fault: `A broken connection before and after each statement and commit of the ${app}`,
    ...(app === 'attempt-worker' ? { short: true } : {}),
    async run(stage) {
      const { apps } = stage.world;
      const failpoints = [...points, ...atStop].map((point) => `${point}=error`).join(',');
      const breaking = await apps.restart(app, { ...env, MAIL_FAILPOINTS: failpoints });
      stage.faulted();
      const untilMs = performance.now() + ALL_PASSED_WITHIN_MS;
      for (let n = 0; performance.now() < untilMs && outstanding(breaking, points).length > 0; n += 1) await round(stage, n);
      const { code } = await breaking.stop();
      stage.check(code === 0, `${app} ended with ${code}, though nothing but its connections was wrong`);
      const left = outstanding(breaking, [...points, ...atStop]);
      stage.check(left.length === 0, `${app} never passed ${left.join(', ')}`);
    },
  };
}

export const postgresErrors: readonly Scenario[] = errors.map(everyError);
