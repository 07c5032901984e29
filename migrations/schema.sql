create table attempts (
  attempt_id uuid not null,
  delivery_id uuid not null,
  number smallint not null,
  lane smallint not null,
  status text not null,
  outcome text,
  scheduled_at timestamp(3) with time zone not null,
  claimed_at timestamp(3) with time zone,
  started_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  worker_id text,
  token uuid,
  phase text,
  smtp_code smallint,
  enhanced_code text,
  smtp_reply text,
  error text,
  schedule_position smallint,
  trouble_since timestamp(3) with time zone,
  constraint attempt_numbered_once UNIQUE (delivery_id, number),
  constraint attempt_outcome_known CHECK ((outcome = ANY (ARRAY['provider_accepted'::text, 'transient_rejected'::text, 'permanent_rejected'::text, 'transport_failed'::text, 'timed_out'::text, 'uncertain'::text, 'render_failed'::text, 'cancelled'::text]))),
  constraint attempt_status_known CHECK ((status = ANY (ARRAY['scheduled'::text, 'claimed'::text, 'in_progress'::text, 'ended'::text]))),
  constraint attempts_pkey PRIMARY KEY (attempt_id),
  constraint bound_worker_has_token CHECK (((worker_id IS NULL) = (token IS NULL))),
  constraint claimed_has_not_started CHECK (((status <> 'claimed'::text) OR ((claimed_at IS NOT NULL) AND (started_at IS NULL)))),
  constraint ended_iff_outcome CHECK ((((status = 'ended'::text) = (outcome IS NOT NULL)) AND ((status = 'ended'::text) = (finished_at IS NOT NULL)))),
  constraint in_progress_is_bound CHECK (((status <> 'in_progress'::text) OR ((claimed_at IS NOT NULL) AND (started_at IS NOT NULL) AND (token IS NOT NULL) AND (worker_id IS NOT NULL)))),
  constraint lane_known CHECK (((lane >= 0) AND (lane <= 2))),
  constraint number_from_one CHECK ((number >= 1)),
  constraint only_cancelled_never_started CHECK (((status <> 'ended'::text) OR ((outcome = 'cancelled'::text) = (started_at IS NULL)))),
  constraint schedule_position_within_number CHECK (((schedule_position >= 1) AND (schedule_position <= number))),
  constraint scheduled_is_unclaimed CHECK (((status <> 'scheduled'::text) OR ((claimed_at IS NULL) AND (started_at IS NULL) AND (token IS NULL) AND (worker_id IS NULL))))
) with (
  autovacuum_analyze_scale_factor = 0.02,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000
);

create table compiled_bodies (
  source_hash text not null,
  html text not null,
  recorded_at timestamp(3) with time zone not null,
  constraint compiled_bodies_pkey PRIMARY KEY (source_hash)
);

create table dead_letters (
  delivery_id uuid not null,
  reason text not null,
  attempts smallint not null,
  smtp_code smallint,
  enhanced_code text,
  smtp_reply text,
  error text,
  created_at timestamp(3) with time zone not null,
  constraint dead_after_attempts CHECK ((attempts >= 1)),
  constraint dead_letters_pkey PRIMARY KEY (delivery_id)
);

create table deferred_supersessions (
  delivery_id uuid not null,
  superseded_by uuid not null,
  created_at timestamp(3) with time zone not null,
  constraint deferred_supersessions_pkey PRIMARY KEY (delivery_id)
);

create table deleted_deliveries (
  stream text not null,
  incarnation integer not null,
  deleted bigint not null,
  newest_created_at timestamp(3) with time zone not null,
  constraint deleted_deliveries_pkey PRIMARY KEY (stream, incarnation),
  constraint deleted_some CHECK ((deleted > 0))
);

create table deliveries (
  delivery_id uuid not null,
  source text not null,
  idempotency_key text not null,
  status text not null,
  end_reason text,
  priority text not null,
  template_id text,
  locale text,
  template_hash text,
  tags jsonb not null default '{}'::jsonb,
  message_id text not null,
  from_email text not null,
  from_name text,
  created_at timestamp(3) with time zone not null,
  deliver_at timestamp(3) with time zone,
  expires_at timestamp(3) with time zone,
  ended_at timestamp(3) with time zone,
  resend_of uuid,
  supersede_key text,
  superseded_by uuid,
  on_uncertain text not null,
  traceparent text,
  tracestate text,
  revision integer not null default 0,
  stream text,
  stream_incarnation integer,
  constraint deliveries_pkey PRIMARY KEY (delivery_id),
  constraint delivery_status_known CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text, 'dead_letter'::text, 'uncertain'::text, 'suppressed'::text, 'cancelled'::text, 'superseded'::text, 'expired'::text]))),
  constraint end_reason_known CHECK ((end_reason = ANY (ARRAY['provider_accepted'::text, 'permanent_rejected'::text, 'render_failed'::text, 'retry_schedule_used_up'::text, 'provider_trouble_limit_passed'::text, 'on_uncertain_hold'::text, 'expires_at_passed'::text, 'superseded'::text, 'cancelled_by_operator'::text, 'stub_mode'::text]))),
  constraint ended_iff_terminal CHECK (((status = 'queued'::text) = (ended_at IS NULL))),
  constraint expired_by_time CHECK (((status <> 'expired'::text) OR (expires_at IS NOT NULL))),
  constraint incarnation_iff_stream CHECK (((stream IS NULL) = (stream_incarnation IS NULL))),
  constraint on_uncertain_known CHECK ((on_uncertain = ANY (ARRAY['retry'::text, 'hold'::text]))),
  constraint priority_known CHECK ((priority = ANY (ARRAY['high'::text, 'normal'::text, 'bulk'::text]))),
  constraint reason_fits_end CHECK (
CASE status
    WHEN 'sent'::text THEN (end_reason = 'provider_accepted'::text)
    WHEN 'failed'::text THEN (end_reason = ANY (ARRAY['permanent_rejected'::text, 'render_failed'::text]))
    WHEN 'dead_letter'::text THEN (end_reason = ANY (ARRAY['retry_schedule_used_up'::text, 'provider_trouble_limit_passed'::text]))
    WHEN 'expired'::text THEN (end_reason = 'expires_at_passed'::text)
    WHEN 'superseded'::text THEN (end_reason = 'superseded'::text)
    WHEN 'cancelled'::text THEN (end_reason = 'cancelled_by_operator'::text)
    WHEN 'suppressed'::text THEN (end_reason = 'stub_mode'::text)
    ELSE true
END),
  constraint reason_iff_terminal CHECK (((status = 'queued'::text) = (end_reason IS NULL))),
  constraint superseded_by_named CHECK (((status <> 'superseded'::text) OR (superseded_by IS NOT NULL))),
  constraint template_version_pinned CHECK ((((template_id IS NULL) = (template_hash IS NULL)) AND ((template_id IS NULL) = (locale IS NULL))))
) with (
  autovacuum_analyze_scale_factor = 0.02,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000,
  fillfactor = 80
);

create table delivery_payloads (
  delivery_id uuid not null,
  content jsonb not null,
  secret_variables jsonb,
  content_purged_at timestamp(3) with time zone,
  constraint delivery_payloads_pkey PRIMARY KEY (delivery_id),
  constraint secrets_gone_once_purged CHECK (((content_purged_at IS NULL) OR (secret_variables IS NULL)))
) with (
  autovacuum_analyze_scale_factor = 0.02,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000
);

create table delivery_recipients (
  delivery_id uuid not null,
  "position" smallint not null,
  address text not null,
  kind text not null,
  outcome text not null,
  smtp_code smallint,
  enhanced_code text,
  smtp_reply text,
  created_at timestamp(3) with time zone not null default date_trunc('milliseconds'::text, now()),
  constraint delivery_recipients_pkey PRIMARY KEY (delivery_id, "position"),
  constraint position_from_zero CHECK (("position" >= 0)),
  constraint recipient_kind_known CHECK ((kind = ANY (ARRAY['to'::text, 'cc'::text, 'bcc'::text]))),
  constraint recipient_outcome_known CHECK ((outcome = ANY (ARRAY['pending'::text, 'accepted'::text, 'refused'::text, 'uncertain'::text, 'suppressed'::text, 'abandoned'::text])))
) with (
  autovacuum_analyze_scale_factor = 0.02,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000,
  fillfactor = 80
);

create table delivery_tags (
  delivery_id uuid not null,
  name text not null,
  value text not null,
  created_at timestamp(3) with time zone not null,
  constraint delivery_tags_pkey PRIMARY KEY (delivery_id, name)
) with (
  autovacuum_analyze_scale_factor = 0.02,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000
);

create table idempotency_keys (
  scope text not null,
  idempotency_key text not null,
  fingerprint bytea not null,
  secret_names text[] not null,
  secret_salt bytea,
  secret_hash bytea,
  delivery_id uuid not null,
  outcome text not null,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  secret_mac bytea,
  constraint idempotency_keys_pkey PRIMARY KEY (scope, idempotency_key),
  constraint outcome_known CHECK ((outcome = ANY (ARRAY['queued'::text, 'suppressed'::text, 'expired'::text]))),
  constraint salt_iff_hash CHECK (((secret_salt IS NULL) = (secret_hash IS NULL))),
  constraint secret_only_while_queued CHECK (((outcome = 'queued'::text) OR (secret_hash IS NULL)))
) with (
  autovacuum_analyze_scale_factor = 0.02,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000
);

create table malformed_commands (
  malformed_id uuid not null,
  stream text not null,
  incarnation integer not null,
  entry_id text not null,
  source text,
  idempotency_key text,
  raw bytea,
  raw_bytes integer not null,
  sha256 bytea,
  code text not null,
  reason text not null,
  faults jsonb not null default '[]'::jsonb,
  created_at timestamp(3) with time zone not null,
  replayed_at timestamp(3) with time zone,
  delivery_id uuid,
  replay_outcome text,
  constraint malformed_commands_pkey PRIMARY KEY (malformed_id),
  constraint nothing_kept_of_codes CHECK (((source IS DISTINCT FROM 'auth'::text) OR ((raw IS NULL) AND (sha256 IS NULL)))),
  constraint recorded_once UNIQUE (stream, incarnation, entry_id),
  constraint replay_outcome_known CHECK ((replay_outcome = ANY (ARRAY['queued'::text, 'suppressed'::text, 'expired'::text]))),
  constraint replayed_as_a_whole CHECK ((num_nulls(replayed_at, delivery_id, replay_outcome) = ANY (ARRAY[0, 3])))
);

create table operator_actions (
  action_id uuid not null,
  operator text not null,
  action text not null,
  delivery_ids uuid[] not null default '{}'::uuid[],
  detail jsonb not null default '{}'::jsonb,
  created_at timestamp(3) with time zone not null,
  constraint operator_actions_pkey PRIMARY KEY (action_id)
);

create table resend_plan_items (
  plan_id uuid not null,
  delivery_id uuid not null,
  status text not null,
  reason text,
  resent_as uuid,
  constraint resend_item_names_its_resend CHECK (((status = 'resent'::text) = (resent_as IS NOT NULL))),
  constraint resend_item_reason_iff_left_out CHECK (((status = ANY (ARRAY['not_resendable'::text, 'failed'::text])) = (reason IS NOT NULL))),
  constraint resend_item_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'not_resendable'::text, 'resent'::text, 'failed'::text]))),
  constraint resend_plan_items_pkey PRIMARY KEY (plan_id, delivery_id)
) with (
  autovacuum_analyze_scale_factor = 0.02,
  autovacuum_analyze_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000,
  fillfactor = 80
);

create table resend_plans (
  plan_id uuid not null,
  idempotency_key text not null,
  fingerprint bytea not null,
  operator text not null,
  status text not null,
  end_reason text,
  filter jsonb not null,
  include_resent boolean not null,
  rate_per_second integer not null,
  expires_at timestamp(3) with time zone,
  from_email text not null,
  from_name text,
  created_at timestamp(3) with time zone not null,
  frozen_at timestamp(3) with time zone,
  started_at timestamp(3) with time zone,
  ended_at timestamp(3) with time zone,
  planned_to_at timestamp(3) with time zone,
  planned_to_id uuid,
  run_to uuid,
  total integer not null default 0,
  resendable integer not null default 0,
  resent integer not null default 0,
  failed integer not null default 0,
  counts jsonb not null default '{}'::jsonb,
  failures jsonb not null default '{}'::jsonb,
  tokens double precision not null default 0,
  refilled_at timestamp with time zone,
  traceparent text,
  tracestate text,
  constraint resend_plan_adds_up CHECK (((resent >= 0) AND (failed >= 0) AND ((resent + failed) <= resendable) AND (resendable <= total))),
  constraint resend_plan_done_once_all_tried CHECK (((status <> 'done'::text) OR ((resent + failed) = resendable))),
  constraint resend_plan_end_known CHECK ((end_reason = ANY (ARRAY['all_tried'::text, 'cancelled_by_operator'::text, 'too_many_deliveries'::text]))),
  constraint resend_plan_ended_iff_over CHECK (((status = ANY (ARRAY['done'::text, 'cancelled'::text])) = (ended_at IS NOT NULL))),
  constraint resend_plan_keyed_once UNIQUE (idempotency_key),
  constraint resend_plan_reason_iff_over CHECK (((end_reason IS NULL) = (ended_at IS NULL))),
  constraint resend_plan_runs_once_frozen CHECK (((status = ANY (ARRAY['planning'::text, 'cancelled'::text])) OR (frozen_at IS NOT NULL))),
  constraint resend_plan_status_known CHECK ((status = ANY (ARRAY['planning'::text, 'ready'::text, 'running'::text, 'paused'::text, 'done'::text, 'cancelled'::text]))),
  constraint resend_plans_pkey PRIMARY KEY (plan_id),
  constraint resend_rate_bounded CHECK (((rate_per_second >= 1) AND (rate_per_second <= 1000)))
);

create table stream_incidents (
  incident_id uuid not null,
  stream text not null,
  incarnation integer not null,
  kind text not null,
  offset_id text not null,
  detail jsonb not null,
  detected_at timestamp(3) with time zone not null,
  resolved_at timestamp(3) with time zone,
  constraint incident_kind_known CHECK ((kind = ANY (ARRAY['gap'::text, 'missing_key'::text, 'went_backwards'::text, 'wrong_type'::text]))),
  constraint stream_incidents_pkey PRIMARY KEY (incident_id)
);

create table stream_offsets (
  stream text not null,
  incarnation integer not null default 1,
  last_id text not null default '0-0'::text,
  consumed bigint not null default 0,
  accepted bigint not null default 0,
  replayed bigint not null default 0,
  malformed bigint not null default 0,
  missed bigint not null default 0,
  lease_holder text,
  lease_expires_at timestamp(3) with time zone,
  fencing_token bigint not null default 0,
  halted_at timestamp(3) with time zone,
  updated_at timestamp(3) with time zone not null,
  stock jsonb,
  counts_known boolean not null default true,
  constraint counted_from_zero CHECK (((accepted >= 0) AND (replayed >= 0) AND (malformed >= 0))),
  constraint counted_once CHECK ((consumed = ((accepted + replayed) + malformed))),
  constraint stream_offsets_pkey PRIMARY KEY (stream)
);

create table template_versions (
  template_id text not null,
  template_hash text not null,
  version jsonb not null,
  recorded_at timestamp(3) with time zone not null,
  constraint template_versions_pkey PRIMARY KEY (template_id, template_hash)
);

alter table attempts add constraint attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(delivery_id) ON DELETE CASCADE;

alter table dead_letters add constraint dead_letters_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(delivery_id) ON DELETE CASCADE;

alter table delivery_payloads add constraint delivery_payloads_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(delivery_id) ON DELETE CASCADE;

alter table delivery_recipients add constraint delivery_recipients_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(delivery_id) ON DELETE CASCADE;

alter table delivery_tags add constraint delivery_tags_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries(delivery_id) ON DELETE CASCADE;

alter table resend_plan_items add constraint resend_plan_items_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES resend_plans(plan_id) ON DELETE CASCADE;

CREATE INDEX attempts_claimed_idx ON public.attempts USING btree (lane, scheduled_at) WHERE (status = 'claimed'::text);

CREATE INDEX attempts_due_idx ON public.attempts USING btree (lane, scheduled_at) WHERE (status = 'scheduled'::text);

CREATE INDEX attempts_in_progress_idx ON public.attempts USING btree (started_at) WHERE (status = 'in_progress'::text);

CREATE UNIQUE INDEX attempts_one_live_idx ON public.attempts USING btree (delivery_id) WHERE (status <> 'ended'::text);

CREATE INDEX attempts_refused_idx ON public.attempts USING btree (finished_at) WHERE ((outcome = 'transport_failed'::text) AND (phase = ANY (ARRAY['mail'::text, 'rcpt'::text])) AND (smtp_code IS NOT NULL));

CREATE INDEX dead_letters_created_idx ON public.dead_letters USING btree (created_at, delivery_id);

CREATE INDEX deliveries_ended_idx ON public.deliveries USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX deliveries_expiring_idx ON public.deliveries USING btree (expires_at) WHERE ((status = 'queued'::text) AND (expires_at IS NOT NULL));

CREATE INDEX deliveries_key_idx ON public.deliveries USING btree (idempotency_key, created_at, delivery_id);

CREATE INDEX deliveries_queued_idx ON public.deliveries USING btree (delivery_id) WHERE (status = 'queued'::text);

CREATE INDEX deliveries_resend_idx ON public.deliveries USING btree (resend_of) WHERE (resend_of IS NOT NULL);

CREATE INDEX deliveries_source_idx ON public.deliveries USING btree (source, status, created_at, delivery_id);

CREATE INDEX deliveries_status_idx ON public.deliveries USING btree (status, created_at, delivery_id);

CREATE INDEX deliveries_superseding_idx ON public.deliveries USING btree (source, supersede_key) WHERE ((status = 'queued'::text) AND (supersede_key IS NOT NULL));

CREATE INDEX deliveries_template_idx ON public.deliveries USING btree (template_id, status, created_at, delivery_id) WHERE (template_id IS NOT NULL);

CREATE INDEX delivery_recipients_address_idx ON public.delivery_recipients USING btree (address, created_at, delivery_id);

CREATE INDEX delivery_tags_value_idx ON public.delivery_tags USING btree (name, value, created_at, delivery_id);

CREATE INDEX idempotency_keys_expiring_idx ON public.idempotency_keys USING btree (expires_at);

CREATE INDEX idempotency_keys_secret_idx ON public.idempotency_keys USING btree (delivery_id) WHERE (secret_hash IS NOT NULL);

CREATE INDEX malformed_commands_listed_idx ON public.malformed_commands USING btree (created_at, malformed_id);

CREATE INDEX operator_actions_action_idx ON public.operator_actions USING btree (action, created_at, action_id);

CREATE INDEX operator_actions_created_idx ON public.operator_actions USING btree (created_at, action_id);

CREATE INDEX operator_actions_deliveries_idx ON public.operator_actions USING gin (delivery_ids);

CREATE INDEX operator_actions_operator_idx ON public.operator_actions USING btree (operator, created_at, action_id);

CREATE INDEX resend_plans_active_idx ON public.resend_plans USING btree (plan_id) WHERE (status = ANY (ARRAY['planning'::text, 'running'::text]));

CREATE INDEX resend_plans_ended_idx ON public.resend_plans USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX resend_plans_listed_idx ON public.resend_plans USING btree (created_at, plan_id);

CREATE INDEX stream_incidents_detected_idx ON public.stream_incidents USING btree (detected_at, incident_id);

CREATE UNIQUE INDEX stream_incidents_open_idx ON public.stream_incidents USING btree (stream, incarnation, kind, offset_id) WHERE (resolved_at IS NULL);

CREATE OR REPLACE FUNCTION public.refuse_transition()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      raise exception 'delivery % has ended as %, which % cannot follow', old.delivery_id, old.status, new.status
        using errcode = 'check_violation', constraint = 'ends_are_final';
    end
  $function$;

CREATE TRIGGER ends_are_final BEFORE UPDATE OF status ON public.deliveries FOR EACH ROW WHEN (((old.status <> 'queued'::text) AND (new.status <> old.status) AND (NOT ((old.status = 'uncertain'::text) AND (new.status = 'sent'::text))))) EXECUTE FUNCTION refuse_transition();

alter table attempts alter column status set statistics 0;

alter table deliveries alter column status set statistics 0;
