// Writes lines to standard output, and ends before the turn of the event loop does.
import { lineWriter } from '../src/line-writer.js';

const lines = lineWriter(1);
for (const text of ['first', 'second']) lines.write(`{"level":"info","msg":"${text}"}\n`);
process.exit(0);
