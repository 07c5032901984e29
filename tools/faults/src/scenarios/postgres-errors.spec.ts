import { statements } from '@mail/persistence';
import { expect, it } from 'vitest';
import { errors } from './postgres-errors.ts';

/** Not passed in every life of a process; each with where it is broken, or why it need not be. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  add_stream: 'once in the life of a stream, before the lease is asked for again',
  record_stream_incident: 'where the stream lost something: the faults of Redis',
  read_content: 'asked by an operator, and reads',
  read_explained: 'asked by an operator, and reads',
  read_resendable: 'asked by an operator, and reads',
  read_deliveries: 'asked by an operator, and reads',
  read_recipients: 'the same',
  read_attempts: 'the same',
  read_malformed_command: 'the same',
  count_deliveries_by_status: 'the same',
  count_attempts_by_lane: 'the same',
  count_ends_of_last_hour: 'the same',
  read_stream_positions: 'the same',
  record_operator_action: 'asked by an operator; one transaction with what it tells of',
  bound_statements: 'asked by an operator, and changes nothing that lasts',
  read_delivery_end: 'asked by an operator, and reads',
  lock_malformed_command: 'asked by an operator; one transaction with the acceptance of the replay',
  mark_malformed_replayed: 'asked by an operator; the same transaction',
  lock_adoptable_stream: 'the same transaction',
  record_stream_stock: 'while a stream that went backwards waits for an operator: the faults of Redis',
  settle_stream_counts: 'once all of an adopted stream is read: the same',
  adopt_stream: 'asked by an operator; one transaction with the record of it',
  claim_due_traced: 'as claim_due_attempts, while traces are exported',
  read_retention_lag: 'reads, when metrics are collected',
  count_by_status: 'asked by an operator, and reads',
  count_by_source: 'the same',
  count_by_template: 'the same',
  create_resend_plan: 'asked by an operator; one transaction with the record of it',
  lock_resend_plan: 'the same',
  set_resend_plan_status: 'the same',
  read_resend_plan: 'asked by an operator, and reads',
  read_resend_plan_key: 'the same',
  hold_planning_resend_plan: 'one transaction for each chunk that is frozen: resend-plan-killed-half-way',
  read_resend_facts: 'the same',
  freeze_resend_items: 'the same',
  advance_planning: 'the same',
  hold_running_resend_plan: 'one transaction for each chunk that is sent again: resend-plan-killed-half-way, and resend-chunk.spec.ts',
  hold_pending_resend_items: 'the same',
  read_resend_sizes: 'the same',
  mark_resend_items: 'the same',
  advance_resend_plan: 'the same',
  give_back_attempts: 'where an attempt cannot be begun: not-begun.spec.ts',
  read_lately_met: 'reads, where a server refuses to relay',
  find_claimed: 'where a take fails for one of its rows: stuck-take.spec.ts',
  take_given: 'the same',
  find_due: 'where a claim fails for one of its rows: stuck-rows.spec.ts',
  claim_given: 'the same',
  defer_supersession: 'one transaction with the acceptance: postgres-rows-held',
  mark_deferred_superseded: 'can be done again at any time: postgres-rows-held',
  forget_deferred_supersessions: 'the same',
  give_back_stale_claims: 'where a claim is stale: scheduler-killed-giving-back',
  give_back_unstarted: 'where a take was lost: lost-take.spec.ts',
  put_off_held_claims: 'where what is due is held: postgres-row-of-each-state-held',
  delete_malformed_commands: 'as delete_ended_deliveries, where one is old',
  delete_ended_deliveries_not_held: 'the same, where one of its rows is held',
  delete_operator_actions: 'the same',
  delete_resend_plan_items: 'the same',
  delete_resend_plans: 'the same',
  delete_expired_keys: 'the same',
  record_template_versions: 'at start, which fails as a whole',
  read_template_version: 'reads, where a version is of another build',
  read_compiled_bodies: 'reads, at start',
  record_compiled_bodies: 'at start, which goes on without',
  judge_queued_deliveries: 'reads: the check that nothing is unaccounted for',
  judge_ended_deliveries: 'reads: the same',
  judge_given_deliveries: 'reads: the same',
  place_queued_deliveries: 'reads: the same',
  place_ended_deliveries: 'reads: the same',
  find_outlived_attempts: 'reads: the same',
  find_outlived_secrets: 'reads: the same',
  ended_since: 'reads: the same',
};

const broken = new Set(errors.flatMap(({ points, atStop = [] }) => [...points, ...atStop]).map((point) => point.split('.')[0]));

it.each(statements.map(({ name }) => name))('%s is broken in an app that passes it, or said why not', (name) => {
  // A list is asked for by an operator, and reads.
  expect(broken.has(name) || name in ELSEWHERE || name.startsWith('list_')).toBe(true);
});

it.each([...broken].filter((name) => name !== 'commit'))('%s, which is to be broken, is a statement', (name) => {
  expect(statements.map((statement) => statement.name)).toContain(name);
});
