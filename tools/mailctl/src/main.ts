import { CommanderError } from 'commander';
import { exitCodeOf } from './exit-code.js';
import { createProgram } from './program.js';
import { tellError } from './tell-error.js';

// Whoever reads us has read enough (`| head`): nothing is wrong.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70));
}

const program = createProgram();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  // What the parser has to say it has said.
  if (!(error instanceof CommanderError)) process.stderr.write(tellError(error, program.opts<{ json?: boolean }>().json === true));
}
