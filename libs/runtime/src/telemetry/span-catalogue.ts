import type { AppName } from '../config/app-name.js';

/** One kind of span of our own. */
export interface SpanDefinition {
  readonly kind: 'internal' | 'producer' | 'consumer' | 'client';
  readonly apps: readonly AppName[];
  readonly parent: string;
  readonly description: string;
  readonly attributes: readonly SpanAttribute[];
}

/** What our spans say: never an address, a text of a mail or a secret. */
export const SPAN_ATTRIBUTES = {
  'messaging.system': '`redis`',
  'messaging.destination.name': 'the stream',
  'messaging.operation.name': '`process`',
  'messaging.operation.type': '`process`',
  'messaging.message.id': "the entry's id",
  'messaging.message.body.size': 'octets of all fields of the entry',
  'messaging.batch.message_count': 'how many went together',
  'server.address': 'host of the SMTP server',
  'server.port': 'its port',
  'network.protocol.name': '`smtp`',
  'error.type': 'the problem code, or the outcome of an attempt that did not succeed',
  'mail.door': '`http`, `stream`, `operator`',
  'mail.source': "the command's source",
  'mail.delivery.id': 'the delivery',
  'mail.lane': '`high`, `normal`, `bulk`',
  'mail.template.id': 'the template, where there is one',
  'mail.accept.outcome': '`queued`, `suppressed`, `expired`',
  'mail.accept.replayed': 'whether the command had been accepted before',
  'mail.attempt.id': 'the attempt',
  'mail.attempt.number': 'from 1',
  'mail.attempt.outcome': "the attempt's outcome",
  'mail.attempt.phase': 'the phase that decided',
  'mail.attempt.next': '`retry`, `end`, `stay`',
  'mail.resend.of': 'the delivery that it is a copy of',
  'mail.resend_plan.id': 'the bulk resend',
  'mail.recipient.count': 'recipients of this attempt',
  'mail.smtp.code': "the server's reply code",
  'mail.retention.deliveries': 'deliveries deleted',
  'mail.retention.malformed_commands': 'malformed commands deleted',
  'mail.retention.operator_actions': 'records of what operators did deleted',
  'mail.retention.resend_plans': 'plans of bulk resends deleted',
  'mail.retention.idempotency_keys': 'keys deleted',
} as const satisfies Readonly<Record<string, string>>;

export type SpanAttribute = keyof typeof SPAN_ATTRIBUTES;

const ACCEPTED = [
  'mail.door',
  'mail.source',
  'mail.delivery.id',
  'mail.lane',
  'mail.template.id',
  'mail.accept.outcome',
  'mail.accept.replayed',
  'error.type',
] as const;
const ATTEMPT = ['mail.delivery.id', 'mail.attempt.id', 'mail.attempt.number', 'mail.lane', 'mail.template.id'] as const;

/** Every span of our own; those of HTTP and PostgreSQL come beside them from OpenTelemetry's instrumentation. */
export const SPANS = {
  'accept delivery': {
    kind: 'producer',
    apps: ['intake-api', 'scheduler'],
    parent: "the HTTP server's span, and so the caller's; none where it is a bulk resend's",
    description:
      'One command of the HTTP door, one resend, or one malformed command that is tried again, until it is durable. A resend is linked to the acceptance of what it is a copy of, and of a bulk resend also to the request that started it, or had it go on.',
    attributes: [...ACCEPTED, 'mail.resend.of', 'mail.resend_plan.id'],
  },
  'process command': {
    kind: 'consumer',
    apps: ['stream-consumer'],
    parent: "the entry's `traceparent`",
    description: 'One entry of the stream, until it is durable.',
    attributes: [
      ...ACCEPTED,
      'messaging.system',
      'messaging.destination.name',
      'messaging.operation.name',
      'messaging.operation.type',
      'messaging.message.id',
      'messaging.message.body.size',
    ],
  },
  'accept batch': {
    kind: 'internal',
    apps: ['intake-api', 'stream-consumer'],
    parent: 'none; linked to each command of the batch',
    description: 'The commit that commands share.',
    attributes: ['mail.door', 'messaging.batch.message_count'],
  },
  'resend batch': {
    kind: 'internal',
    apps: ['scheduler'],
    parent: 'none; linked to each resend that it made, and to the request that started the plan',
    description: 'The transaction that resends of a plan share.',
    attributes: ['mail.resend_plan.id', 'messaging.batch.message_count'],
  },
  'claim delivery': {
    kind: 'internal',
    apps: ['scheduler'],
    parent: "the delivery's acceptance",
    description: 'From the time at which an attempt was due to its claim, by the clock of the database.',
    attributes: ATTEMPT,
  },
  'claim batch': {
    kind: 'internal',
    apps: ['scheduler'],
    parent: 'none; linked to each claimed delivery',
    description: 'The statement that claimed them.',
    attributes: ['messaging.batch.message_count'],
  },
  'attempt delivery': {
    kind: 'consumer',
    apps: ['attempt-worker'],
    parent: "the delivery's acceptance",
    description: 'One attempt, from its start until its outcome is durable.',
    attributes: [
      ...ATTEMPT,
      'mail.recipient.count',
      'mail.attempt.outcome',
      'mail.attempt.phase',
      'mail.attempt.next',
      'mail.smtp.code',
      'error.type',
    ],
  },
  'render mail': {
    kind: 'internal',
    apps: ['attempt-worker'],
    parent: 'the attempt',
    description: 'From the template version and its variables to the mail.',
    attributes: [],
  },
  'send mail': {
    kind: 'client',
    apps: ['attempt-worker'],
    parent: 'the attempt',
    description: 'The dialogue with the SMTP server, or with the stub; an event where each phase begins: `smtp.connect` … `smtp.final`.',
    attributes: ['server.address', 'server.port', 'network.protocol.name'],
  },
  'recover attempt': {
    kind: 'internal',
    apps: ['scheduler'],
    parent: "the delivery's acceptance",
    description:
      'An attempt whose worker was lost, from its start, by the clock of the database, until it is settled as uncertain; its own span went with the worker.',
    attributes: ['mail.delivery.id', 'mail.attempt.id', 'mail.attempt.number', 'mail.attempt.outcome', 'mail.attempt.next', 'error.type'],
  },
  'record batch': {
    kind: 'internal',
    apps: ['attempt-worker'],
    parent: 'none; linked to each attempt of the batch',
    description: 'The statement that wrote their outcomes.',
    attributes: ['messaging.batch.message_count'],
  },
  sweep: {
    kind: 'internal',
    apps: ['retention-job'],
    parent: 'none',
    description: 'One pass of retention.',
    attributes: [
      'mail.retention.deliveries',
      'mail.retention.malformed_commands',
      'mail.retention.operator_actions',
      'mail.retention.resend_plans',
      'mail.retention.idempotency_keys',
    ],
  },
} as const satisfies Readonly<Record<string, SpanDefinition>>;

export type SpanName = keyof typeof SPANS;
