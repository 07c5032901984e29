// `npm run services`: PostgreSQL and Redis with a migrated template database, kept for single specs until Ctrl-C.
import { prepareTestServices } from './prepare-test-services.ts';
import { runCommand } from './run-command.ts';

await runCommand('test', async (context) => {
  const { environment, file } = await prepareTestServices(context);
  const { progress } = context;
  progress.line();
  progress.line(`Specs find these by ${file}. By hand:`);
  for (const [name, value] of Object.entries(environment)) progress.line(`  export ${name}='${value}'`);
  progress.line();
  progress.line(
    'One spec: cd libs/persistence && ../../node_modules/.bin/vitest run --config ../../vitest.base.mjs --root . src/some.spec.ts',
  );
  progress.line('Ctrl-C ends them.');
  return new Promise<number>(() => {});
});
