// Apart from the main entry, which a process imports before its telemetry is up: the drivers must come after it.
export * from './connect-postgres.js';
export * from './connect-redis.js';
export * from './load-templates.js';
