export * from './command-stream.js';
export * from './count-entries.js';
export * from './explain-redis-error.js';
export * from './find-incident.js';
export * from './redis-stream.strategy.js';
