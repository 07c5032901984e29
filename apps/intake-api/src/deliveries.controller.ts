import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { parseDeliveryRequest, parseLoginCodeRequest, parseResendRequest, loginCodeCommand, type DeliveryRequest } from '@mail/domain';
import { readDelivery, type DeliveryEntity, type EntityDatabase } from '@mail/persistence/entities';
import type { FastifyReply } from 'fastify';
import { answerAcceptance } from './answer-acceptance.js';
import { attemptView, deliveryView } from './delivery-view.js';
import { ProblemError } from './problem.js';
import { bodyOf, optionalBodyOf } from './request/body-of.js';
import { idempotencyKeyOf } from './request/idempotency-key-of.js';
import { operatorOf } from './request/operator-of.js';
import type { RequestHeaders } from './request/request-headers.js';
import { traceOf } from './request/trace-of.js';
import { uuidOf } from './request/uuid-of.js';
import type { ResendDelivery } from './resend-delivery.js';
import type { SubmitCommand } from './submit-command.js';
import { within } from './within.js';

export interface DeliveriesOptions {
  readonly database: EntityDatabase;
  readonly submit: SubmitCommand;
  readonly resend: ResendDelivery;
  readonly maxCommandBytes: number;
  readonly operatorRequestTimeoutMs: number;
}

/** Injects the `DeliveriesOptions`. */
export const DELIVERIES_OPTIONS = Symbol('deliveries options');

/** The trusted intake, and what operators ask of one delivery. Bodies arrive as bytes: the strict reader comes first. */
@Controller('api/v1/internal')
export class DeliveriesController {
  constructor(@Inject(DELIVERIES_OPTIONS) private readonly options: DeliveriesOptions) {}

  @Post('deliveries')
  @HttpCode(202)
  async accept(@Body() body: unknown, @Headers() headers: RequestHeaders, @Res({ passthrough: true }) reply: FastifyReply) {
    const idempotencyKey = idempotencyKeyOf(headers);
    const bytes = bodyOf(body);
    const parsed = parseDeliveryRequest(bytes, this.options.maxCommandBytes);
    if (!parsed.ok) throw new ProblemError(parsed.refusal);
    return this.submit(parsed.request, idempotencyKey, bytes.length, headers, reply);
  }

  @Post('login-code-deliveries')
  @HttpCode(202)
  async acceptLoginCode(@Body() body: unknown, @Headers() headers: RequestHeaders, @Res({ passthrough: true }) reply: FastifyReply) {
    const idempotencyKey = idempotencyKeyOf(headers);
    const bytes = bodyOf(body);
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
    const idempotencyKey = idempotencyKeyOf(headers);
    const { maxCommandBytes, operatorRequestTimeoutMs, resend } = this.options;
    const parsed = parseResendRequest(optionalBodyOf(body), maxCommandBytes);
    if (!parsed.ok) throw new ProblemError(parsed.refusal);
    const order = {
      deliveryId: uuidOf(id, 'delivery'),
      idempotencyKey,
      requestedExpiresAt: parsed.request.expires_at,
      operator: operatorOf(headers),
      ...traceOf(headers),
    };
    return answerAcceptance(await within(operatorRequestTimeoutMs, resend(order)), reply);
  }

  private async submit(
    { source, command }: DeliveryRequest,
    idempotencyKey: string,
    bytes: number,
    headers: RequestHeaders,
    reply: FastifyReply,
  ) {
    return answerAcceptance(await this.options.submit({ source, idempotencyKey, command, ...traceOf(headers) }, bytes), reply);
  }

  private async find(id: string): Promise<DeliveryEntity> {
    const { database, operatorRequestTimeoutMs } = this.options;
    const delivery = await within(operatorRequestTimeoutMs, readDelivery(database.dataSource, uuidOf(id, 'delivery')));
    if (delivery === null) throw ProblemError.of('not_found', 'There is no such delivery.');
    return delivery;
  }
}
