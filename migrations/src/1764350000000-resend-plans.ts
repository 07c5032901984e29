import type { MigrationInterface, QueryRunner } from 'typeorm';

// A plan: which deliveries, how far its set is frozen ("planned_to"), how far its run has come ("run_to", by delivery id), and the token
// bucket that all schedulers take from. Whoever works on a plan holds its row.
const PLANS = `create table resend_plans (
    plan_id         uuid primary key,
    idempotency_key text not null constraint resend_plan_keyed_once unique,
    fingerprint     bytea not null,
    operator        text not null,
    status          text not null
      constraint resend_plan_status_known check (status in ('planning', 'ready', 'running', 'paused', 'done', 'cancelled')),
    end_reason      text
      constraint resend_plan_end_known check (end_reason in ('all_tried', 'cancelled_by_operator', 'too_many_deliveries')),
    filter          jsonb not null,
    include_resent  boolean not null,
    rate_per_second integer not null constraint resend_rate_bounded check (rate_per_second between 1 and 1000),
    expires_at      timestamptz(3),
    from_email      text not null,
    from_name       text,
    created_at      timestamptz(3) not null,
    frozen_at       timestamptz(3),
    started_at      timestamptz(3),
    ended_at        timestamptz(3),
    planned_to_at   timestamptz(3),
    planned_to_id   uuid,
    run_to          uuid,
    total           integer not null default 0,
    resendable      integer not null default 0,
    resent          integer not null default 0,
    failed          integer not null default 0,
    counts          jsonb not null default '{}',
    failures        jsonb not null default '{}',
    tokens          double precision not null default 0,
    refilled_at     timestamptz,
    constraint resend_plan_ended_iff_over check ((status in ('done', 'cancelled')) = (ended_at is not null)),
    constraint resend_plan_reason_iff_over check ((end_reason is null) = (ended_at is null)),
    constraint resend_plan_runs_once_frozen check (status in ('planning', 'cancelled') or frozen_at is not null),
    constraint resend_plan_adds_up check (resent >= 0 and failed >= 0 and resent + failed <= resendable and resendable <= total),
    constraint resend_plan_done_once_all_tried check (status <> 'done' or resent + failed = resendable)
  )`;

// The frozen set. No key to "deliveries": retention may delete one before its turn, which is then told as gone.
const ITEMS = `create table resend_plan_items (
    plan_id     uuid not null references resend_plans on delete cascade,
    delivery_id uuid not null,
    status      text not null
      constraint resend_item_status_known check (status in ('pending', 'not_resendable', 'resent', 'failed')),
    reason      text,
    resent_as   uuid,
    primary key (plan_id, delivery_id),
    constraint resend_item_reason_iff_left_out check ((status in ('not_resendable', 'failed')) = (reason is not null)),
    constraint resend_item_names_its_resend check ((status = 'resent') = (resent_as is not null))
  ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 5000)`;

const INDEXES = [
  `create index resend_plans_active_idx on resend_plans (plan_id) where status in ('planning', 'running')`,
  `create index resend_plans_listed_idx on resend_plans (created_at, plan_id)`,
  `create index resend_plans_ended_idx on resend_plans (ended_at) where ended_at is not null`,
];

/** Bulk resend: plans, and the deliveries of each. */
export class ResendPlans1764350000000 implements MigrationInterface {
  readonly name = 'ResendPlans1764350000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`set local lock_timeout = '5s'`);
    for (const sql of [PLANS, ITEMS, ...INDEXES]) await queryRunner.query(sql);
  }

  async down(): Promise<void> {
    throw new Error('Not taken back: change it by another migration.');
  }
}
