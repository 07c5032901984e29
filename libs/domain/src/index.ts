export * from './attempt.js';
export * from './problem.js';
export * from './delivery.js';
export * from './retry-policy.js';
export * from './settle-attempt.js';
export * from './uuid-v7.js';
export * from './new-delivery.js';
