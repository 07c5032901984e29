// `npm run test:runbooks`: has each alert fire, follows its runbook block by block, and shows that this mends it.
import { build } from '@mail/local/build';
import { runCommand } from '@mail/local/run-command';
import { runName } from '@mail/local/run-name';

await runCommand(runName('runbooks'), async (context) => {
  // A spec runs on what is built already.
  if (!process.argv.includes('--built')) await build(context);
  // The suite stands on built libraries of the service, which a fresh clone has only now.
  const { runSuite } = await import('./run-suite.ts');
  return runSuite(context, process.argv.slice(2));
});
