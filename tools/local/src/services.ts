import { runCommand } from './run-command.ts';
import { startServices } from './start-services.ts';
await runCommand('test', async (context) => {
  await startServices(context);
  await new Promise(() => {});
  return 0;
});
