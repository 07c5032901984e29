// Generated from docs/openapi.json: `vitest -u` of the spec agrees-with-openapi.spec.ts rewrites it.

/** By their names in the document. */
export interface Schemas {
  Acceptance: { readonly delivery_id: Schemas['Id']; readonly outcome: 'queued' | 'suppressed' | 'expired' };
  AdoptStreamRequest: {
    readonly stream?: string | null;
    readonly confirm: string;
    readonly last_id?: string | null;
    readonly dry_run?: boolean;
  };
  Attempt: {
    readonly attempt_id: Schemas['Id'];
    readonly number: number;
    readonly status: 'scheduled' | 'claimed' | 'in_progress' | 'ended';
    readonly outcome: Schemas['AttemptOutcome'] | null;
    readonly scheduled_at: Schemas['Time'];
    readonly claimed_at: Schemas['Time'] | null;
    readonly started_at: Schemas['Time'] | null;
    readonly finished_at: Schemas['Time'] | null;
    readonly worker_id: string | null;
    readonly phase: 'render' | 'connect' | 'greeting' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'body' | 'final' | null;
    readonly smtp_code: number | null;
    readonly enhanced_code: string | null;
    readonly smtp_reply: string | null;
    readonly error: string | null;
  };
  AttemptList: { readonly items: readonly Schemas['Attempt'][]; readonly next_cursor: null };
  AttemptOutcome:
    | 'provider_accepted'
    | 'transient_rejected'
    | 'permanent_rejected'
    | 'transport_failed'
    | 'timed_out'
    | 'uncertain'
    | 'render_failed'
    | 'cancelled';
  Cancellation: {
    readonly delivery_id: Schemas['Id'];
    readonly status: Schemas['DeliveryStatus'];
    readonly end_reason: Schemas['EndReason'] | null;
    readonly ended_at: Schemas['Time'] | null;
  };
  CappedCount: { readonly count: number; readonly capped: boolean };
  Content: {
    readonly delivery_id: Schemas['Id'];
    readonly template_id: string | null;
    readonly locale: string | null;
    readonly template_hash: string | null;
    readonly message_id: string;
    readonly date: Schemas['Time'];
    readonly from: { readonly email: string; readonly name: string | null };
    readonly to: readonly string[];
    readonly cc: readonly string[];
    readonly bcc: readonly string[];
    readonly reply_to: readonly string[];
    readonly headers: Readonly<Record<string, string>>;
    readonly subject: string | null;
    readonly text: string | null;
    readonly html: string | null;
    readonly masked: readonly string[];
    readonly error: string | null;
    readonly attachments: readonly { readonly filename: string; readonly content_type: string; readonly bytes: number }[];
    readonly content_purged_at: Schemas['Time'] | null;
  };
  DeadLetter: {
    readonly delivery_id: Schemas['Id'];
    readonly source: string;
    readonly idempotency_key: string;
    readonly template_id: string | null;
    readonly reason: string;
    readonly attempts: number;
    readonly smtp_code: number | null;
    readonly enhanced_code: string | null;
    readonly smtp_reply: string | null;
    readonly error: string | null;
    readonly created_at: Schemas['Time'];
  };
  DeadLetterPage: { readonly items: readonly Schemas['DeadLetter'][]; readonly next_cursor: string | null };
  Delivery: {
    readonly delivery_id: Schemas['Id'];
    readonly source: string;
    readonly idempotency_key: string;
    readonly status: Schemas['ShownStatus'];
    readonly end_reason: Schemas['EndReason'] | null;
    readonly priority: 'high' | 'normal' | 'bulk';
    readonly template_id: string | null;
    readonly locale: string | null;
    readonly template_hash: string | null;
    readonly tags: Readonly<Record<string, string>>;
    readonly message_id: string;
    readonly on_uncertain: Schemas['OnUncertain'];
    readonly created_at: Schemas['Time'];
    readonly deliver_at: Schemas['Time'] | null;
    readonly expires_at: Schemas['Time'] | null;
    readonly next_attempt_at: Schemas['Time'] | null;
    readonly ended_at: Schemas['Time'] | null;
    readonly resend_of: Schemas['Id'] | null;
    readonly superseded_by: Schemas['Id'] | null;
    readonly recipients: readonly Schemas['Recipient'][];
    readonly attempts: readonly Schemas['Attempt'][];
  };
  DeliveryPage: { readonly items: readonly Schemas['Delivery'][]; readonly next_cursor: string | null };
  DeliveryRequest: {
    readonly source: string;
    readonly to: readonly string[];
    readonly cc?: readonly string[];
    readonly bcc?: readonly string[];
    readonly reply_to?: readonly string[];
    readonly content:
      | { readonly mode: 'rendered'; readonly subject: string; readonly text?: string | null; readonly html?: string | null }
      | {
          readonly mode: 'template';
          readonly template_id: string;
          readonly locale?: string | null;
          readonly variables?: Readonly<Record<string, unknown>>;
        };
    readonly attachments?: readonly {
      readonly filename: string;
      readonly content_type: string;
      readonly content_base64: string;
      readonly content_id?: string | null;
    }[];
    readonly headers?: Readonly<Record<string, string>>;
    readonly tags?: Readonly<Record<string, string>>;
    readonly priority?: 'high' | 'normal' | 'bulk';
    readonly deliver_at?: string | null;
    readonly expires_at?: string | null;
    readonly supersede_key?: string | null;
    readonly on_uncertain?: 'retry' | 'hold' | null;
  };
  DeliveryStatus: 'queued' | 'sent' | 'failed' | 'dead_letter' | 'uncertain' | 'suppressed' | 'cancelled' | 'superseded' | 'expired';
  EndReason:
    | 'provider_accepted'
    | 'permanent_rejected'
    | 'render_failed'
    | 'retry_schedule_used_up'
    | 'provider_trouble_limit_passed'
    | 'on_uncertain_hold'
    | 'expires_at_passed'
    | 'superseded'
    | 'cancelled_by_operator'
    | 'stub_mode';
  Explanation: {
    readonly delivery_id: Schemas['Id'];
    readonly status: Schemas['ShownStatus'];
    readonly ended: boolean;
    readonly situation:
      | 'not_due_yet'
      | 'waiting_to_retry'
      | 'not_begun'
      | 'due'
      | 'claimed'
      | 'in_progress'
      | 'lost_in_progress'
      | 'past_its_expiry'
      | 'stuck'
      | 'sent'
      | 'sent_in_part'
      | 'refused'
      | 'not_renderable'
      | 'given_up'
      | 'held'
      | 'perhaps_sent'
      | 'expired'
      | 'superseded'
      | 'cancelled'
      | 'suppressed';
    readonly summary: string;
    readonly waits_for: string | null;
    readonly rule: string;
    readonly next: { readonly what: string; readonly at: Schemas['Time'] | null } | null;
    readonly actions: readonly {
      readonly action: 'cancel' | 'resend' | 'check_scheduler' | 'check_workers' | 'check_provider' | 'report_defect';
      readonly how: string;
      readonly why_not: string | null;
    }[];
    readonly facts: {
      readonly attempts_made: number;
      readonly attempts_at_most: number;
      readonly last_outcome: Schemas['AttemptOutcome'] | null;
      readonly last_reply: string | null;
      readonly recipients: Readonly<Partial<Record<'pending' | 'accepted' | 'refused' | 'uncertain' | 'suppressed' | 'abandoned', number>>>;
      readonly due_ahead: Schemas['CappedCount'] | null;
    };
    readonly explained_at: Schemas['Time'];
    readonly resend_of: Schemas['Id'] | null;
    readonly resent_as: readonly Schemas['Id'][];
  };
  Fault: { readonly pointer: string; readonly detail: string };
  Id: string;
  LoginCodeRequest: { readonly email: string; readonly code: string; readonly locale: string; readonly expires_at?: string | null };
  MalformedCommand: {
    readonly malformed_id: Schemas['Id'];
    readonly stream: string;
    readonly incarnation: number;
    readonly entry_id: string;
    readonly source: string | null;
    readonly idempotency_key: string | null;
    readonly code:
      | 'malformed_json'
      | 'validation_failed'
      | 'unknown_template'
      | 'missing_variable'
      | 'missing_idempotency_key'
      | 'invalid_cursor'
      | 'cross_site'
      | 'not_found'
      | 'not_terminal'
      | 'not_cancellable'
      | 'not_startable'
      | 'not_pausable'
      | 'content_purged'
      | 'expired'
      | 'command_too_large'
      | 'unsupported_media_type'
      | 'idempotency_conflict'
      | 'overloaded'
      | 'database_unavailable'
      | 'operator_timeout';
    readonly reason: string;
    readonly faults: readonly Schemas['Fault'][];
    readonly raw_bytes: number;
    readonly sha256: string | null;
    readonly created_at: Schemas['Time'];
    readonly replayed_at: Schemas['Time'] | null;
    readonly delivery_id: Schemas['Id'] | null;
    readonly replay_outcome: 'queued' | 'suppressed' | 'expired' | null;
  };
  MalformedCommandPage: { readonly items: readonly Schemas['MalformedCommand'][]; readonly next_cursor: string | null };
  OnUncertain: 'retry' | 'hold';
  OpenApiDocument: { readonly openapi: string; readonly [name: string]: unknown };
  OperatorAction: {
    readonly action_id: Schemas['Id'];
    readonly operator: string;
    readonly action: string;
    readonly delivery_ids: readonly Schemas['Id'][];
    readonly detail: Readonly<Record<string, unknown>>;
    readonly created_at: Schemas['Time'];
  };
  OperatorActionPage: { readonly items: readonly Schemas['OperatorAction'][]; readonly next_cursor: string | null };
  Preview: {
    readonly template_id: string;
    readonly template_hash: string;
    readonly locale: string;
    readonly subject: string;
    readonly text: string | null;
    readonly html: string | null;
  };
  PreviewRequest: { readonly locale?: string | null; readonly variables?: Readonly<Record<string, unknown>> | null };
  Problem: {
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly detail: string;
    readonly code:
      | 'malformed_json'
      | 'validation_failed'
      | 'unknown_template'
      | 'missing_variable'
      | 'missing_idempotency_key'
      | 'invalid_cursor'
      | 'cross_site'
      | 'not_found'
      | 'not_terminal'
      | 'not_cancellable'
      | 'not_startable'
      | 'not_pausable'
      | 'content_purged'
      | 'expired'
      | 'command_too_large'
      | 'unsupported_media_type'
      | 'idempotency_conflict'
      | 'overloaded'
      | 'database_unavailable'
      | 'operator_timeout'
      | 'bad_request'
      | 'internal_error';
    readonly trace_id: string;
    readonly errors?: readonly Schemas['Fault'][];
  };
  Recipient: {
    readonly address: string;
    readonly kind: 'to' | 'cc' | 'bcc';
    readonly outcome: Schemas['RecipientOutcome'];
    readonly smtp_code: number | null;
    readonly enhanced_code: string | null;
    readonly smtp_reply: string | null;
  };
  RecipientOutcome: 'pending' | 'accepted' | 'refused' | 'uncertain' | 'suppressed' | 'abandoned';
  ResendPlan: {
    readonly plan_id: Schemas['Id'];
    readonly status: 'planning' | 'ready' | 'running' | 'paused' | 'done' | 'cancelled';
    readonly end_reason: 'all_tried' | 'cancelled_by_operator' | 'too_many_deliveries' | null;
    readonly operator: string;
    readonly idempotency_key: string;
    readonly filter: Readonly<Record<string, unknown>>;
    readonly include_resent: boolean;
    readonly rate_per_second: number;
    readonly expires_at: Schemas['Time'] | null;
    readonly created_at: Schemas['Time'];
    readonly frozen_at: Schemas['Time'] | null;
    readonly started_at: Schemas['Time'] | null;
    readonly ended_at: Schemas['Time'] | null;
    readonly eta_at: Schemas['Time'] | null;
    readonly total: number;
    readonly resendable: number;
    readonly not_resendable: Readonly<
      Partial<Record<'not_terminal' | 'content_purged' | 'expired' | 'already_resent' | 'no_recipients' | 'gone' | 'error', number>>
    >;
    readonly resent: number;
    readonly failed: number;
    readonly failed_by_reason: Readonly<
      Partial<Record<'not_terminal' | 'content_purged' | 'expired' | 'already_resent' | 'no_recipients' | 'gone' | 'error', number>>
    >;
    readonly pending: number;
    readonly counts: {
      readonly by_template: readonly { readonly template_id: string | null; readonly count: number }[];
      readonly by_age: readonly { readonly age: string; readonly count: number }[];
      readonly by_last_outcome: readonly { readonly outcome: string | null; readonly count: number }[];
    };
  };
  ResendPlanPage: { readonly items: readonly Schemas['ResendPlan'][]; readonly next_cursor: string | null };
  ResendPlanRequest: {
    readonly status?:
      | 'sent'
      | 'failed'
      | 'dead_letter'
      | 'uncertain'
      | 'suppressed'
      | 'cancelled'
      | 'superseded'
      | 'expired'
      | readonly ('sent' | 'failed' | 'dead_letter' | 'uncertain' | 'suppressed' | 'cancelled' | 'superseded' | 'expired')[];
    readonly source?: string;
    readonly template_id?: string;
    readonly recipient?: string;
    readonly idempotency_key?: string;
    readonly created_from?: string;
    readonly created_to?: string;
    readonly rate_per_second?: number;
    readonly expires_at?: string | null;
    readonly include_resent?: boolean;
    readonly [name: `tag.${string}`]: string;
  };
  ResendRequest: { readonly expires_at?: string | null };
  ShownMalformedCommand: {
    readonly malformed_id: Schemas['Id'];
    readonly stream: string;
    readonly incarnation: number;
    readonly entry_id: string;
    readonly source: string | null;
    readonly idempotency_key: string | null;
    readonly code:
      | 'malformed_json'
      | 'validation_failed'
      | 'unknown_template'
      | 'missing_variable'
      | 'missing_idempotency_key'
      | 'invalid_cursor'
      | 'cross_site'
      | 'not_found'
      | 'not_terminal'
      | 'not_cancellable'
      | 'not_startable'
      | 'not_pausable'
      | 'content_purged'
      | 'expired'
      | 'command_too_large'
      | 'unsupported_media_type'
      | 'idempotency_conflict'
      | 'overloaded'
      | 'database_unavailable'
      | 'operator_timeout';
    readonly reason: string;
    readonly faults: readonly Schemas['Fault'][];
    readonly raw_bytes: number;
    readonly sha256: string | null;
    readonly created_at: Schemas['Time'];
    readonly replayed_at: Schemas['Time'] | null;
    readonly delivery_id: Schemas['Id'] | null;
    readonly replay_outcome: 'queued' | 'suppressed' | 'expired' | null;
    readonly command: unknown;
  };
  ShownStatus:
    'queued' | 'sent' | 'failed' | 'dead_letter' | 'uncertain' | 'suppressed' | 'cancelled' | 'superseded' | 'expired' | 'sending';
  ShownTemplate: {
    readonly template_id: string;
    readonly template_hash: string;
    readonly owner: string;
    readonly description: string | null;
    readonly default_locale: string;
    readonly locales: readonly string[];
    readonly on_uncertain: Schemas['OnUncertain'];
    readonly secret_names: readonly string[];
    readonly variables_schema: Readonly<Record<string, unknown>>;
    readonly examples: Readonly<Record<string, unknown>>;
  };
  Stats: {
    readonly smtp_mode: 'stub' | 'smtp';
    readonly deliveries: readonly { readonly status: Schemas['DeliveryStatus']; readonly count: number; readonly capped: boolean }[];
    readonly lanes: readonly {
      readonly priority: 'high' | 'normal' | 'bulk';
      readonly due: Schemas['CappedCount'];
      readonly later: Schemas['CappedCount'];
      readonly claimed: Schemas['CappedCount'];
      readonly in_progress: Schemas['CappedCount'];
      readonly oldest_due_at: Schemas['Time'] | null;
      readonly oldest_due_age_ms: number;
    }[];
    readonly ended_last_hour: {
      readonly since: Schemas['Time'] | null;
      readonly capped: boolean;
      readonly counts: Readonly<
        Partial<
          Record<'queued' | 'sent' | 'failed' | 'dead_letter' | 'uncertain' | 'suppressed' | 'cancelled' | 'superseded' | 'expired', number>
        >
      >;
      readonly by_minute: readonly {
        readonly minute: Schemas['Time'];
        readonly counts: Readonly<
          Partial<
            Record<
              'queued' | 'sent' | 'failed' | 'dead_letter' | 'uncertain' | 'suppressed' | 'cancelled' | 'superseded' | 'expired',
              number
            >
          >
        >;
      }[];
    };
    readonly streams: readonly {
      readonly stream: string;
      readonly incarnation: number;
      readonly last_id: string;
      readonly consumed: number;
      readonly accepted: number;
      readonly replayed: number;
      readonly malformed: number;
      readonly missed: number;
      readonly lag_ms: number | null;
      readonly halted_at: Schemas['Time'] | null;
      readonly updated_at: Schemas['Time'];
      readonly lease_holder: string | null;
      readonly lease_expires_at: Schemas['Time'] | null;
    }[];
  };
  StreamAdoption: {
    readonly stream: string;
    readonly dry_run: boolean;
    readonly incarnation: number;
    readonly last_id: string;
    readonly may_be_sent_again: number | null;
    readonly passed_over: number | null;
    readonly counted_at: Schemas['Time'] | null;
    readonly incidents_resolved: number;
    readonly gave_up: {
      readonly incarnation: number;
      readonly last_id: string;
      readonly consumed: number;
      readonly accepted: number;
      readonly replayed: number;
      readonly malformed: number;
      readonly missed: number;
      readonly halted_at: Schemas['Time'] | null;
    };
  };
  StreamIncident: {
    readonly incident_id: Schemas['Id'];
    readonly stream: string;
    readonly incarnation: number;
    readonly kind: 'gap' | 'missing_key' | 'wrong_type' | 'went_backwards';
    readonly offset_id: string;
    readonly detail: Readonly<Record<string, unknown>>;
    readonly detected_at: Schemas['Time'];
    readonly resolved_at: Schemas['Time'] | null;
  };
  StreamIncidentPage: { readonly items: readonly Schemas['StreamIncident'][]; readonly next_cursor: string | null };
  Template: {
    readonly template_id: string;
    readonly template_hash: string;
    readonly owner: string;
    readonly description: string | null;
    readonly default_locale: string;
    readonly locales: readonly string[];
    readonly on_uncertain: Schemas['OnUncertain'];
    readonly secret_names: readonly string[];
  };
  TemplateList: { readonly items: readonly Schemas['Template'][]; readonly next_cursor: null };
  Time: string;
}

/** By `operationId`; `never` for a query or a body that there is not. */
export interface Operations {
  acceptDelivery: {
    readonly query: never;
    readonly body: Schemas['DeliveryRequest'];
    readonly answer: Schemas['Acceptance'];
  };
  listDeliveries: {
    readonly query: {
      readonly status?: readonly (
        'queued' | 'sent' | 'failed' | 'dead_letter' | 'uncertain' | 'suppressed' | 'cancelled' | 'superseded' | 'expired' | 'sending'
      )[];
      readonly source?: string;
      readonly template_id?: string;
      readonly recipient?: string;
      readonly idempotency_key?: string;
      readonly created_from?: string;
      readonly created_to?: string;
      readonly limit?: number;
      readonly cursor?: string;
      readonly tags?: { readonly [name: `tag.${string}`]: string };
    };
    readonly body: never;
    readonly answer: Schemas['DeliveryPage'];
  };
  acceptLoginCode: {
    readonly query: never;
    readonly body: Schemas['LoginCodeRequest'];
    readonly answer: Schemas['Acceptance'];
  };
  listDeadLetters: {
    readonly query: { readonly created_from?: string; readonly created_to?: string; readonly limit?: number; readonly cursor?: string };
    readonly body: never;
    readonly answer: Schemas['DeadLetterPage'];
  };
  listMalformedCommands: {
    readonly query: { readonly created_from?: string; readonly created_to?: string; readonly limit?: number; readonly cursor?: string };
    readonly body: never;
    readonly answer: Schemas['MalformedCommandPage'];
  };
  listStreamIncidents: {
    readonly query: { readonly created_from?: string; readonly created_to?: string; readonly limit?: number; readonly cursor?: string };
    readonly body: never;
    readonly answer: Schemas['StreamIncidentPage'];
  };
  listOperatorActions: {
    readonly query: {
      readonly operator?: string;
      readonly action?: string;
      readonly delivery_id?: string;
      readonly created_from?: string;
      readonly created_to?: string;
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly body: never;
    readonly answer: Schemas['OperatorActionPage'];
  };
  getStats: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['Stats'];
  };
  getDelivery: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['Delivery'];
  };
  listAttempts: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['AttemptList'];
  };
  explainDelivery: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['Explanation'];
  };
  showContent: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['Content'];
  };
  resendDelivery: {
    readonly query: never;
    readonly body: Schemas['ResendRequest'];
    readonly answer: Schemas['Acceptance'];
  };
  cancelDelivery: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['Cancellation'];
  };
  makeResendPlan: {
    readonly query: never;
    readonly body: Schemas['ResendPlanRequest'];
    readonly answer: Schemas['ResendPlan'];
  };
  listResendPlans: {
    readonly query: { readonly created_from?: string; readonly created_to?: string; readonly limit?: number; readonly cursor?: string };
    readonly body: never;
    readonly answer: Schemas['ResendPlanPage'];
  };
  getResendPlan: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['ResendPlan'];
  };
  startResendPlan: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['ResendPlan'];
  };
  pauseResendPlan: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['ResendPlan'];
  };
  cancelResendPlan: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['ResendPlan'];
  };
  getMalformedCommand: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['ShownMalformedCommand'];
  };
  replayMalformedCommand: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['Acceptance'];
  };
  adoptStream: {
    readonly query: never;
    readonly body: Schemas['AdoptStreamRequest'];
    readonly answer: Schemas['StreamAdoption'];
  };
  listTemplates: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['TemplateList'];
  };
  getTemplate: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['ShownTemplate'];
  };
  previewTemplate: {
    readonly query: never;
    readonly body: Schemas['PreviewRequest'];
    readonly answer: Schemas['Preview'];
  };
  getOpenApi: {
    readonly query: never;
    readonly body: never;
    readonly answer: Schemas['OpenApiDocument'];
  };
}
