import { runProcess } from '@mail/runtime';

// Telemetry comes up before anything that it instruments is imported: hence the import inside.
await runProcess('stream-consumer', async (context) => (await import('./boot.js')).boot(context));
