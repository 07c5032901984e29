import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { TakenAttempt } from '@mail/persistence';
import { KeepErrorFilter } from '@mail/runtime/nest';
import { ATTEMPT_TAKEN } from './claimed-attempts.strategy.js';
import { performAttempt, type PerformAttemptOptions } from './perform-attempt.js';

/** Injects the `PerformAttemptOptions`. */
export const PERFORM_ATTEMPT_OPTIONS = Symbol('perform attempt options');

/** Where a taken attempt arrives. */
@Controller()
@UseFilters(KeepErrorFilter)
export class AttemptsController {
  constructor(@Inject(PERFORM_ATTEMPT_OPTIONS) private readonly options: PerformAttemptOptions) {}

  @EventPattern(ATTEMPT_TAKEN)
  async onTaken(@Payload() attempt: TakenAttempt): Promise<void> {
    await performAttempt(attempt, this.options);
  }
}
