import type { Scenario } from '../scenario.ts';
import { postgresCutOff } from './postgres-cut-off.ts';
import { postgresDiskFull } from './postgres-disk-full.ts';
import { postgresErrors } from './postgres-errors.ts';
import { postgresLostAnswers } from './postgres-lost-answers.ts';
import { postgresNotifyQueue } from './postgres-notify-queue.ts';
import { postgresOutages } from './postgres-outages.ts';
import { postgresReplica } from './postgres-replica.ts';
import { postgresRowsHeld } from './postgres-rows-held.ts';
import { postgresSessions } from './postgres-sessions.ts';

export const postgresScenarios: readonly Scenario[] = [
  ...postgresOutages,
  ...postgresLostAnswers,
  ...postgresCutOff,
  ...postgresErrors,
  postgresDiskFull,
  postgresReplica,
  ...postgresRowsHeld,
  postgresNotifyQueue,
  ...postgresSessions,
];
