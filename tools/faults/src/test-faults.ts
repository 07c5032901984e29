// `npm run test:faults`: breaks the running system in every way that is listed, and shows that nothing is lost or doubled.
import { build } from '@mail/local/build';
import { runCommand } from '@mail/local/run-command';
import { runName } from '@mail/local/run-name';

await runCommand(runName('faults'), async (context) => {
  await build(context);
  // The suite stands on built libraries of the service, which a fresh clone has only now.
  const { runSuite } = await import('./run-suite.ts');
  return runSuite(context, process.argv.slice(2));
});
