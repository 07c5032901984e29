export * from './attempt.js';
export * from './problem.js';
