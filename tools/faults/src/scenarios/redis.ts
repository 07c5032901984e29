import type { Scenario } from '../scenario.ts';
import { redisBacklogScenarios } from './redis-backlog.ts';
import { redisConnectionScenarios } from './redis-connections.ts';
import { redisIncidentScenarios } from './redis-incidents.ts';

export const redisScenarios: readonly Scenario[] = [...redisConnectionScenarios, ...redisIncidentScenarios, ...redisBacklogScenarios];
