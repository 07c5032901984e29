// `npm run check:chart`: lints and renders the chart with each value set, and holds what comes out to every check.
import { build } from '@mail/local/build';
import { runCommand } from '@mail/local/run-command';

const tally = { passed: 0, failed: 0 };
process.once('exit', () => console.log(`${tally.passed} passed, ${tally.failed} failed`));

await runCommand('check-chart', async (context) => {
  await build(context);
  // The checks ask the service's own code, which a fresh clone has only now.
  const { checkAll } = await import('./check-all.ts');
  await checkAll(context.progress, tally, { write: process.argv.includes('--write') });
  return tally.failed === 0 ? 0 : 1;
});
