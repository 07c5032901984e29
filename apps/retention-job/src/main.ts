import { runProcess } from '@mail/runtime';

// Telemetry comes up before anything that it instruments is imported: hence the import inside.
await runProcess('retention-job', async (context) => (await import('./boot.js')).boot(context));
