import { HTTP_VARIABLES } from './variables/http.js';
import { POSTGRES_VARIABLES } from './variables/postgres.js';
import { PROCESS_VARIABLES } from './variables/process.js';
import { REDIS_VARIABLES } from './variables/redis.js';
import { SMTP_VARIABLES } from './variables/smtp.js';
import { TELEMETRY_VARIABLES } from './variables/telemetry.js';
import { WORK_VARIABLES } from './variables/work.js';
import type { Variable } from './variable.js';

/** The groups of the configuration page, in its order. */
export const VARIABLE_GROUPS = [
  { title: 'PostgreSQL', variables: POSTGRES_VARIABLES },
  { title: 'Redis and the command stream', variables: REDIS_VARIABLES },
  { title: 'SMTP', variables: SMTP_VARIABLES },
  { title: 'HTTP', variables: HTTP_VARIABLES },
  { title: 'Acceptance, attempts and retention', variables: WORK_VARIABLES },
  { title: 'The process', variables: PROCESS_VARIABLES },
  { title: 'Telemetry', variables: TELEMETRY_VARIABLES },
];

/** Every variable that the service reads: the one source of what is read, checked and documented. */
export const VARIABLES = {
  ...POSTGRES_VARIABLES,
  ...REDIS_VARIABLES,
  ...SMTP_VARIABLES,
  ...HTTP_VARIABLES,
  ...WORK_VARIABLES,
  ...PROCESS_VARIABLES,
  ...TELEMETRY_VARIABLES,
};

export type VariableName = keyof typeof VARIABLES;

export type Values = { readonly [Name in VariableName]: (typeof VARIABLES)[Name] extends Variable<infer Value> ? Value : never };
