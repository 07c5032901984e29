/** An update of every row of a table. */
export const set = (columns: string, table = 'deliveries'): string => `update ${table} set ${columns}`;
const attempt = (columns: string): string => set(columns, 'attempts');
const malformed = (source: string, raw: string, sha256: string): string =>
  `insert into malformed_commands (malformed_id, stream, incarnation, entry_id, source, raw, sha256, raw_bytes, code, reason, created_at)
  values (gen_random_uuid(), 's', 1, '1-0', ${source}, ${raw}, ${sha256}, 0, 'malformed_json', 'r', now())`;

const PLAN_COLUMNS =
  'plan_id, idempotency_key, fingerprint, operator, filter, include_resent, rate_per_second, from_email, created_at, status';
const plan = (status: string, columns = '', values = ''): string =>
  `insert into resend_plans (${PLAN_COLUMNS}${columns}) values (${ID}, 'k', '\\x01', 'o', '{}', false, 50, 'f@x.example', now(), ${status}${values})`;
const item = (columns: string, values: string): string =>
  `${plan(`'planning'`)}; insert into resend_plan_items (plan_id, delivery_id, ${columns}) values (${ID}, ${ID}, ${values})`;

const incident = (id: string, offset: string): string =>
  `insert into stream_incidents (incident_id, stream, incarnation, kind, offset_id, detail, detected_at) values (${id}, 's', 1, 'gap', ${offset}, '{}', now())`;
const twice = (insert: string): string => `${insert}; ${insert}`;
const ID = `'01890000-0000-7000-8000-000000000001'`;

/** SQL that a constraint must refuse. Each is tried against one delivery that is queued, with one attempt that is scheduled. */
export const ILLEGAL_ROWS: [constraint: string, is: string, sql: string][] = [
  ['delivery_status_known', 'an unknown status', set(`status = 'lost', ended_at = now(), end_reason = 'superseded'`)],
  ['end_reason_known', 'an unknown reason', set(`status = 'failed', ended_at = now(), end_reason = 'bad luck'`)],
  ['priority_known', 'an unknown priority', set(`priority = 'urgent'`)],
  ['on_uncertain_known', 'an unknown policy', set(`on_uncertain = 'ignore'`)],
  ['ended_iff_terminal', 'an end without its time', set(`status = 'failed', end_reason = 'superseded'`)],
  ['ended_iff_terminal', 'a queued delivery with an end time', set(`ended_at = now()`)],
  ['reason_iff_terminal', 'an end without a reason', set(`status = 'failed', ended_at = now()`)],
  ['reason_iff_terminal', 'a queued delivery with a reason', set(`end_reason = 'superseded'`)],
  ['reason_fits_end', 'a sent one that was refused', set(`status = 'sent', ended_at = now(), end_reason = 'permanent_rejected'`)],
  ['reason_fits_end', 'a failed one that was accepted', set(`status = 'failed', ended_at = now(), end_reason = 'provider_accepted'`)],
  ['reason_fits_end', 'a dead letter with retries left', set(`status = 'dead_letter', ended_at = now(), end_reason = 'superseded'`)],
  [
    'reason_fits_end',
    'an expired one that was cancelled',
    set(`status = 'expired', expires_at = now(), ended_at = now(), end_reason = 'cancelled_by_operator'`),
  ],
  ['reason_fits_end', 'a cancelled one that has expired', set(`status = 'cancelled', ended_at = now(), end_reason = 'expires_at_passed'`)],
  ['reason_fits_end', 'a superseded one in stub mode', set(`status = 'superseded', ended_at = now(), end_reason = 'stub_mode'`)],
  ['reason_fits_end', 'a suppressed one that was superseded', set(`status = 'suppressed', ended_at = now(), end_reason = 'superseded'`)],
  ['superseded_by_named', 'a superseded one by nobody', set(`status = 'superseded', ended_at = now(), end_reason = 'superseded'`)],
  ['expired_by_time', 'an expired one without a time', set(`status = 'expired', ended_at = now(), end_reason = 'expires_at_passed'`)],
  ['incarnation_iff_stream', 'a stream without its incarnation', set(`stream = 's'`)],
  ['incarnation_iff_stream', 'an incarnation without its stream', set(`stream_incarnation = 1`)],
  ['template_version_pinned', 'a template without its version', set(`template_id = 't', locale = 'en'`)],
  ['template_version_pinned', 'a template without its locale', set(`template_id = 't', template_hash = 'h'`)],
  ['template_version_pinned', 'a version without its template', set(`template_hash = 'h'`)],
  ['deliveries_pkey', 'a second delivery of the same id', `insert into deliveries select * from deliveries`],
  ['position_from_zero', 'a recipient before the first', set(`position = -1`, 'delivery_recipients')],
  ['recipient_kind_known', 'an unknown kind of recipient', set(`kind = 'from'`, 'delivery_recipients')],
  ['recipient_outcome_known', 'an unknown outcome of a recipient', set(`outcome = 'lost'`, 'delivery_recipients')],
  ['delivery_recipients_pkey', 'a second recipient at a position', `insert into delivery_recipients select * from delivery_recipients`],
  ['delivery_recipients_delivery_id_fkey', 'a recipient of no delivery', set(`delivery_id = gen_random_uuid()`, 'delivery_recipients')],
  ['delivery_tags_pkey', 'a tag of two values', twice(`insert into delivery_tags select delivery_id, 'a', 'b', now() from deliveries`)],
  ['delivery_tags_delivery_id_fkey', 'a tag of no delivery', `insert into delivery_tags values (gen_random_uuid(), 'a', 'b', now())`],
  ['delivery_payloads_pkey', 'content twice', `insert into delivery_payloads select * from delivery_payloads`],
  ['delivery_payloads_delivery_id_fkey', 'content of no delivery', set(`delivery_id = gen_random_uuid()`, 'delivery_payloads')],
  ['secrets_gone_once_purged', 'secrets in purged content', set(`content_purged_at = now(), secret_variables = '{}'`, 'delivery_payloads')],
  ['attempts_delivery_id_fkey', 'an attempt of no delivery', attempt('delivery_id = gen_random_uuid()')],
  ['number_from_one', 'an attempt numbered 0', attempt('number = 0')],
  ['lane_known', 'a lane past the last', attempt('lane = 3')],
  ['lane_known', 'a lane before the first', attempt('lane = -1')],
  ['attempt_status_known', 'an unknown status of an attempt', attempt(`status = 'lost'`)],
  ['attempt_outcome_known', 'an unknown outcome of an attempt', attempt(`status = 'ended', finished_at = now(), outcome = 'lost'`)],
  ['scheduled_is_unclaimed', 'a scheduled attempt with a claim', attempt('claimed_at = now()')],
  ['scheduled_is_unclaimed', 'a scheduled attempt that has started', attempt('started_at = now()')],
  ['scheduled_is_unclaimed', 'a scheduled attempt with a token', attempt(`token = gen_random_uuid(), worker_id = 'w'`)],
  ['claimed_has_not_started', 'a claim without its time', attempt(`status = 'claimed'`)],
  ['claimed_has_not_started', 'a claim that has started', attempt(`status = 'claimed', claimed_at = now(), started_at = now()`)],
  [
    'in_progress_is_bound',
    'an attempt in progress without a worker',
    attempt(`status = 'in_progress', claimed_at = now(), started_at = now()`),
  ],
  [
    'in_progress_is_bound',
    'an attempt in progress that has not started',
    attempt(`status = 'in_progress', claimed_at = now(), token = gen_random_uuid(), worker_id = 'w'`),
  ],
  [
    'in_progress_is_bound',
    'an attempt in progress that was not claimed',
    attempt(`status = 'in_progress', started_at = now(), token = gen_random_uuid(), worker_id = 'w'`),
  ],
  ['bound_worker_has_token', 'a worker without a token', attempt(`status = 'claimed', claimed_at = now(), worker_id = 'w'`)],
  ['bound_worker_has_token', 'a token without a worker', attempt(`status = 'claimed', claimed_at = now(), token = gen_random_uuid()`)],
  ['ended_iff_outcome', 'an end of an attempt without an outcome', attempt(`status = 'ended', finished_at = now()`)],
  ['ended_iff_outcome', 'an end of an attempt without a time', attempt(`status = 'ended', outcome = 'cancelled'`)],
  ['ended_iff_outcome', 'an outcome without an end', attempt(`outcome = 'cancelled'`)],
  ['schedule_position_within_number', 'a try past its attempt', attempt('schedule_position = 2')],
  ['schedule_position_within_number', 'a try before the first', attempt('schedule_position = 0')],
  ['attempts_pkey', 'a second attempt of the same id', `insert into attempts select * from attempts`],
  [
    'only_cancelled_never_started',
    'an outcome of an attempt that has not started',
    attempt(`status = 'ended', finished_at = now(), outcome = 'provider_accepted'`),
  ],
  [
    'only_cancelled_never_started',
    'an attempt that is cancelled once it has started',
    attempt(`status = 'ended', started_at = now(), finished_at = now(), outcome = 'cancelled'`),
  ],
  [
    'attempts_one_live_idx',
    'a second live attempt',
    `insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at) select gen_random_uuid(), delivery_id, 2, lane, status, scheduled_at from attempts`,
  ],
  [
    'attempt_numbered_once',
    'a second attempt of the same number',
    `insert into attempts (attempt_id, delivery_id, number, lane, status, outcome, scheduled_at, finished_at)
    select gen_random_uuid(), delivery_id, 1, lane, 'ended', 'cancelled', now(), now() from attempts`,
  ],
  [
    'dead_letters_delivery_id_fkey',
    'a dead letter of no delivery',
    `insert into dead_letters (delivery_id, reason, attempts, created_at) values (gen_random_uuid(), 'r', 1, now())`,
  ],
  [
    'dead_letters_pkey',
    'a second dead letter of a delivery',
    twice(`insert into dead_letters (delivery_id, reason, attempts, created_at) select delivery_id, 'r', 1, now() from deliveries`),
  ],
  [
    'dead_after_attempts',
    'a dead letter without an attempt',
    `insert into dead_letters (delivery_id, reason, attempts, created_at) select delivery_id, 'r', 0, now() from deliveries`,
  ],
  [
    'secret_only_while_queued',
    'the hash of a code that was never to be sent',
    set(`outcome = 'suppressed', secret_salt = '\\x01', secret_hash = '\\x01'`, 'idempotency_keys'),
  ],
  ['outcome_known', 'an unknown outcome of a key', set(`outcome = 'sent'`, 'idempotency_keys')],
  ['salt_iff_hash', 'a salt without a hash', set(`secret_salt = '\\x01'`, 'idempotency_keys')],
  ['salt_iff_hash', 'a hash without a salt', set(`secret_hash = '\\x01'`, 'idempotency_keys')],
  ['idempotency_keys_pkey', 'a second key of the same name', `insert into idempotency_keys select * from idempotency_keys`],
  ['nothing_kept_of_codes', 'bytes of a command of source auth', malformed(`'auth'`, `'\\x01'`, 'null')],
  ['nothing_kept_of_codes', 'the hash of a command of source auth', malformed(`'auth'`, 'null', `'\\x01'`)],
  [
    'replayed_as_a_whole',
    'a replay without its delivery',
    `${malformed('null', 'null', 'null')}; ${set('replayed_at = now()', 'malformed_commands')}`,
  ],
  [
    'replay_outcome_known',
    'an unknown outcome of a replay',
    `${malformed('null', 'null', 'null')}; ${set(`replayed_at = now(), delivery_id = ${ID}, replay_outcome = 'sent'`, 'malformed_commands')}`,
  ],
  [
    'recorded_once',
    'an entry recorded twice',
    `${malformed('null', 'null', 'null')}, ${malformed('null', 'null', 'null').split('values ')[1]}`,
  ],
  [
    'counted_once',
    'an offset that counts wrong',
    `insert into stream_offsets (stream, consumed, accepted, updated_at) values ('s', 2, 1, now())`,
  ],
  [
    'counted_from_zero',
    'an offset that counts backwards',
    `insert into stream_offsets (stream, consumed, accepted, replayed, updated_at) values ('s', 0, -1, 1, now())`,
  ],
  [
    'deferred_supersessions_pkey',
    'a delivery to be superseded twice',
    twice(`insert into deferred_supersessions select delivery_id, delivery_id, now() from deliveries`),
  ],
  ['stream_offsets_pkey', 'two offsets of one stream', twice(`insert into stream_offsets (stream, updated_at) values ('s', now())`)],
  [
    'deleted_some',
    'a count of no deletions',
    `insert into deleted_deliveries (stream, incarnation, deleted, newest_created_at) values ('s', 1, 0, now())`,
  ],
  [
    'deleted_deliveries_pkey',
    'two counts of one stream',
    twice(`insert into deleted_deliveries (stream, incarnation, deleted, newest_created_at) values ('s', 1, 1, now())`),
  ],
  ['stream_incidents_pkey', 'two incidents of one id', `${incident(ID, `'1-0'`)}; ${incident(ID, `'2-0'`)}`],
  ['stream_incidents_open_idx', 'an open incident twice', twice(incident('gen_random_uuid()', `'1-0'`))],
  [
    'malformed_commands_pkey',
    'two malformed commands of one id',
    `${malformed('null', 'null', 'null')}; insert into malformed_commands select malformed_id, 't', incarnation, entry_id, source, idempotency_key, raw, raw_bytes, sha256, code, reason, faults, created_at from malformed_commands`,
  ],
  [
    'operator_actions_pkey',
    'two actions of one id',
    twice(`insert into operator_actions (action_id, operator, action, created_at) values (${ID}, 'o', 'a', now())`),
  ],
  ['resend_plans_pkey', 'a plan twice', `${plan(`'planning'`)}; ${plan(`'planning'`).replace(`'k'`, `'other'`)}`],
  [
    'resend_plan_keyed_once',
    'a second plan under one key',
    `${plan(`'planning'`)}; ${plan(`'planning'`).replace(ID, 'gen_random_uuid()')}`,
  ],
  ['resend_plan_status_known', 'an unknown status of a plan', plan(`'lost'`, ', frozen_at', ', now()')],
  ['resend_plan_end_known', 'an unknown end of a plan', plan(`'cancelled'`, ', ended_at, end_reason', `, now(), 'bad luck'`)],
  ['resend_rate_bounded', 'a plan without a rate', plan(`'planning'`).replace('50', '0')],
  ['resend_plan_ended_iff_over', 'a plan that has ended and goes on', plan(`'planning'`, ', ended_at, end_reason', `, now(), 'all_tried'`)],
  ['resend_plan_reason_iff_over', 'an end of a plan without a reason', plan(`'cancelled'`, ', ended_at', ', now()')],
  ['resend_plan_runs_once_frozen', 'a plan that runs before it is frozen', plan(`'running'`)],
  ['resend_plan_adds_up', 'more resends than deliveries', plan(`'planning'`, ', resent', ', 1')],
  [
    'resend_plan_done_once_all_tried',
    'a plan that is done with something left',
    plan(`'done'`, ', frozen_at, ended_at, end_reason, total, resendable', `, now(), now(), 'all_tried', 1, 1`),
  ],
  [
    'resend_plan_items_pkey',
    'a delivery twice in a plan',
    `${item('status', `'pending'`)}; insert into resend_plan_items select * from resend_plan_items`,
  ],
  [
    'resend_plan_items_plan_id_fkey',
    'a delivery of no plan',
    `insert into resend_plan_items (plan_id, delivery_id, status) values (gen_random_uuid(), ${ID}, 'pending')`,
  ],
  ['resend_item_status_known', 'an unknown status in a plan', item('status', `'lost'`)],
  ['resend_item_reason_iff_left_out', 'a failure without a reason', item('status', `'failed'`)],
  ['resend_item_names_its_resend', 'a resend without its delivery', item('status', `'resent'`)],
  [
    'compiled_bodies_pkey',
    'a body compiled twice',
    twice(`insert into compiled_bodies (source_hash, html, recorded_at) values ('h', 'b', now())`),
  ],
  [
    'template_versions_pkey',
    'a template version twice',
    twice(`insert into template_versions (template_id, template_hash, version, recorded_at) values ('t', 'h', '{}', now())`),
  ],
  [
    'incident_kind_known',
    'an unknown incident',
    `insert into stream_incidents (incident_id, stream, incarnation, kind, offset_id, detail, detected_at) values (gen_random_uuid(), 's', 1, 'flood', '0-0', '{}', now())`,
  ],
];
