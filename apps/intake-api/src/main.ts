import { runProcess } from '@mail/runtime';

// Telemetry comes up before anything that it instruments is imported: hence the import inside.
await runProcess('intake-api', async (context) => (await import('./boot.js')).boot(context));
