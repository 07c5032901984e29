import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import {
  isUuid,
  parseDeliveryRequest,
  parseIdempotencyKey,
  parseLoginCodeRequest,
  parseResendRequest,
  loginCodeCommand,
  type DeliveryRequest,
} from '@mail/domain';
import { readDelivery, type Acceptance, type Database, type DeliveryEntity } from '@mail/persistence';
import type { FastifyReply } from 'fastify';
import { attemptView, deliveryView } from './delivery-view.js';
import { ProblemError } from './problem.js';
import type { ResendDelivery } from './resend-delivery.js';
import type { SubmitCommand } from './submit-command.js';
import { within } from './within.js';

export interface DeliveriesOptions {
  readonly database: Database;
  readonly submit: SubmitCommand;
  readonly resend: ResendDelivery;
  readonly maxCommandBytes: number;
  readonly operatorRequestTimeoutMs: number;
}

/** Injects the `DeliveriesOptions`. */
export const DELIVERIES_OPTIONS = Symbol('deliveries options');

type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** The trusted intake, and what operators ask of one delivery. Bodies arrive as bytes: the strict reader comes first. */
@Controller('api/v1/internal')
export class DeliveriesController {
  constructor(@Inject(DELIVERIES_OPTIONS) private readonly options: DeliveriesOptions) {}

  @Post('deliveries')
  @HttpCode(202)
  async accept(@Body() body: unknown, @Headers() headers: RequestHeaders, @Res({ passthrough: true }) reply: FastifyReply) {
    const idempotencyKey = keyOf(headers);
    const bytes = bytesOf(body);
    const parsed = parseDeliveryRequest(bytes, this.options.maxCommandBytes);
    if (!parsed.ok) throw new ProblemError(parsed.refusal);
    return this.submit(parsed.request, idempotencyKey, bytes.length, headers, reply);
  }

  @Post('login-code-deliveries')
  @HttpCode(202)
  async acceptLoginCode(@Body() body: unknown, @Headers() headers: RequestHeaders, @Res({ passthrough: true }) reply: FastifyReply) {
    const idempotencyKey = keyOf(headers);
    const bytes = bytesOf(body);
    const parsed = parseLoginCodeRequest(bytes, this.options.maxCommandBytes);
    if (!parsed.ok) throw new ProblemError(parsed.refusal);
    return this.submit(loginCodeCommand(parsed.request), idempotencyKey, bytes.length, headers, reply);
  }

  @Get('deliveries/:id')
  async show(@Param('id') id: string) {
    return deliveryView(await this.find(id));
  }

  @Get('deliveries/:id/attempts')
  async attempts(@Param('id') id: string) {
    return { items: (await this.find(id)).attempts.map(attemptView), next_cursor: null };
  }

  @Post('deliveries/:id/resend')
  @HttpCode(202)
  async resend(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers() headers: RequestHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const idempotencyKey = keyOf(headers);
    const { maxCommandBytes, operatorRequestTimeoutMs, resend } = this.options;
    const parsed = parseResendRequest(body === undefined || body === null ? null : bytesOf(body), maxCommandBytes);
    if (!parsed.ok) throw new ProblemError(parsed.refusal);
    const order = {
      deliveryId: idOf(id),
      idempotencyKey,
      requestedExpiresAt: parsed.request.expires_at,
      operator: headers['x-operator'] ?? 'unknown',
      ...traceOf(headers),
    };
    return answer(await within(operatorRequestTimeoutMs, resend(order)), reply);
  }

  private async submit(
    { source, command }: DeliveryRequest,
    idempotencyKey: string,
    bytes: number,
    headers: RequestHeaders,
    reply: FastifyReply,
  ) {
    return answer(await this.options.submit({ source, idempotencyKey, command, ...traceOf(headers) }, bytes), reply);
  }

  private async find(id: string): Promise<DeliveryEntity> {
    const { database, operatorRequestTimeoutMs } = this.options;
    const delivery = await within(operatorRequestTimeoutMs, readDelivery(database.dataSource, idOf(id)));
    if (delivery === null) throw ProblemError.of('not_found', 'There is no such delivery.');
    return delivery;
  }
}

function answer({ deliveryId, outcome, replayed }: Extract<Acceptance, { kind: 'accepted' }>, reply: FastifyReply) {
  void reply.header('location', `/api/v1/internal/deliveries/${deliveryId}`);
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return { delivery_id: deliveryId, outcome };
}

function keyOf(headers: RequestHeaders): string {
  const parsed = parseIdempotencyKey(headers['idempotency-key']);
  if (!parsed.ok)
    throw new ProblemError({ ...parsed.refusal, detail: 'Send an Idempotency-Key header of 1 to 255 visible ASCII characters.' });
  return parsed.key;
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  throw ProblemError.of('unsupported_media_type', 'Send the command as a body of type application/json.');
}

function idOf(id: string): string {
  if (!isUuid(id)) throw ProblemError.of('not_found', 'There is no such delivery: an id is a UUID.');
  return id.toLowerCase();
}

function traceOf(headers: RequestHeaders): { traceparent: string | null; tracestate: string | null } {
  const { traceparent, tracestate } = headers;
  const valid = traceparent !== undefined && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent);
  return {
    traceparent: valid ? traceparent : null,
    tracestate: valid && tracestate !== undefined && tracestate.length <= 512 ? tracestate : null,
  };
}
