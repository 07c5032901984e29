import type { Scenario } from '../scenario.ts';
import { chaosScenarios } from './chaos.ts';
import { clockScenarios } from './clock.ts';
import { consumerScenarios } from './consumer.ts';
import { hostileInputScenarios } from './hostile-input.ts';
import { intakeScenarios } from './intake.ts';
import { oneKeyScenarios } from './one-key.ts';
import { postgresScenarios } from './postgres.ts';
import { redisScenarios } from './redis.ts';
import { resendPlanScenarios } from './resend-plan.ts';
import { retentionScenarios } from './retention.ts';
import { schedulerScenarios } from './scheduler.ts';
import { smtpInTimeScenarios } from './smtp-in-time.ts';
import { smtpScenarios } from './smtp.ts';
import { systemScenarios } from './system.ts';
import { workerScenarios } from './worker.ts';
import { workerInFlightScenarios } from './worker-in-flight.ts';
import { workerStoppedScenarios } from './worker-stopped.ts';

/** Every scenario, in the order in which they run: the longest first, so that none is waited for at the end. */
export const scenarios: readonly Scenario[] = [
  ...clockScenarios,
  ...chaosScenarios,
  ...redisScenarios,
  ...intakeScenarios,
  ...hostileInputScenarios,
  ...oneKeyScenarios,
  ...consumerScenarios,
  ...resendPlanScenarios,
  ...schedulerScenarios,
  ...workerScenarios,
  ...workerInFlightScenarios,
  ...workerStoppedScenarios,
  ...retentionScenarios,
  ...systemScenarios,
  ...postgresScenarios,
  ...smtpScenarios,
  ...smtpInTimeScenarios,
];
