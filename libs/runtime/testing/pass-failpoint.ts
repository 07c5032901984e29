// Passes the point `commit.before`, at which the action of the first argument is set.
import { createLogger } from '../src/logger.js';
import { failAt } from '../src/fail-at.js';

const action = process.argv[2] === 'stop' ? 'stop' : 'kill';
const pass = failAt([{ point: 'commit.before', hit: 1, action }], createLogger({ app: 'scheduler', logLevel: 'fatal' }));
await pass?.('commit.before');
process.exit(3);
