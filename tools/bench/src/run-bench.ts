// `npm run bench`: measures the service beside job queues with a mailer, side by side in one run.
import { build } from '@mail/local/build';
import { runCommand } from '@mail/local/run-command';
import { benchOptions } from './bench-options.ts';

await runCommand('bench', async (context) => {
  const args = process.argv.slice(2);
  // Before minutes are spent on what the command line does not say right.
  const options = benchOptions(args);
  await build(context);
  const { runSuite } = await import('./run-suite.ts');
  return runSuite(context, options);
});
