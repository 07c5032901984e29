// `npm run bench:operators`: measures every list of the operators, with many deliveries and with few.
import { build } from '@mail/local/build';
import { runCommand } from '@mail/local/run-command';
import { optionsOf } from './options.ts';
import { runSuite } from './run-suite.ts';

await runCommand('bench-operators', async (context) => {
  // Before minutes are spent on what the command line does not say right.
  const options = optionsOf(process.argv.slice(2));
  await build(context);
  return runSuite(context, options);
});
