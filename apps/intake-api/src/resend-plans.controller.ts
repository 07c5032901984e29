import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { parseResendPlanRequest, type FilterParameters, type ResendPlanAct } from '@mail/domain';
import { readResendPlan } from '@mail/persistence';
import type { FastifyReply } from 'fastify';
import { resendPlans } from './lists/resend-plans.js';
import { answerPage, type OperatorReads } from './operator-list.js';
import { ProblemError } from './problem.js';
import { bodyOf } from './request/body-of.js';
import { idempotencyKeyOf } from './request/idempotency-key-of.js';
import { operatorOf } from './request/operator-of.js';
import type { RequestHeaders } from './request/request-headers.js';
import { traceOf } from './request/trace-of.js';
import { uuidOf } from './request/uuid-of.js';
import type { MakeResendPlan } from './resend-plans/make-resend-plan.js';
import type { ActOnResendPlan } from './resend-plans/order-resend-plan.js';
import { resendPlanView } from './resend-plans/resend-plan-view.js';
import { within } from './within.js';

export interface ResendPlansOptions extends OperatorReads {
  readonly make: MakeResendPlan;
  readonly act: ActOnResendPlan;
  readonly maxCommandBytes: number;
}

/** Injects the `ResendPlansOptions`. */
export const RESEND_PLANS_OPTIONS = Symbol('resend plans options');

/** Bulk resend: a frozen set of deliveries, and a run over it. The schedulers do the work. */
@Controller('api/v1/internal/resend-plans')
export class ResendPlansController {
  constructor(@Inject(RESEND_PLANS_OPTIONS) private readonly options: ResendPlansOptions) {}

  @Post()
  @HttpCode(202)
  async make(@Body() body: unknown, @Headers() headers: RequestHeaders, @Res({ passthrough: true }) reply: FastifyReply) {
    const { make, maxCommandBytes, operatorRequestTimeoutMs } = this.options;
    const idempotencyKey = idempotencyKeyOf(headers);
    const parsed = parseResendPlanRequest(bodyOf(body), maxCommandBytes);
    if (!parsed.ok) throw new ProblemError(parsed.refusal);
    const order = { request: parsed.request, idempotencyKey, operator: operatorOf(headers) };
    const { plan, replayed } = await within(operatorRequestTimeoutMs, make(order));
    void reply.header('location', `/api/v1/internal/resend-plans/${plan.plan_id}`);
    if (replayed) void reply.header('idempotency-replayed', 'true');
    return resendPlanView(plan);
  }

  @Get()
  list(@Query() query: FilterParameters) {
    return answerPage(this.options, resendPlans, query);
  }

  @Get(':id')
  async show(@Param('id') id: string) {
    const { database, operatorRequestTimeoutMs: timeoutMs } = this.options;
    const planId = uuidOf(id, 'plan');
    const plan = await within(
      timeoutMs,
      database.read(timeoutMs, (reader) => readResendPlan(reader, planId)),
    );
    if (plan === null) throw ProblemError.of('not_found', 'There is no such plan.');
    return resendPlanView(plan);
  }

  @Post(':id/start')
  @HttpCode(200)
  start(@Param('id') id: string, @Headers() headers: RequestHeaders) {
    return this.act(id, 'start', headers);
  }

  @Post(':id/pause')
  @HttpCode(200)
  pause(@Param('id') id: string, @Headers() headers: RequestHeaders) {
    return this.act(id, 'pause', headers);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  cancel(@Param('id') id: string, @Headers() headers: RequestHeaders) {
    return this.act(id, 'cancel', headers);
  }

  private async act(id: string, act: ResendPlanAct, headers: RequestHeaders) {
    const order = { planId: uuidOf(id, 'plan'), act, operator: operatorOf(headers), ...traceOf(headers) };
    return resendPlanView(await within(this.options.operatorRequestTimeoutMs, this.options.act(order)));
  }
}
