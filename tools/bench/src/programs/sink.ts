// The SMTP server of the bench, in a process of its own, so that its work is counted apart.
import { leanSink } from '../world/lean-sink.ts';
import { serveCommands } from '../world/control.ts';

const sink = await leanSink();
await serveCommands({
  port: () => Promise.resolve(sink.port),
  reset: () => Promise.resolve(sink.reset()),
  tally: () => Promise.resolve(sink.tally()),
  await: ({ mails, withinMs }: { mails: number; withinMs: number }) => sink.await(mails, withinMs),
  probes: ({ count, withinMs }: { count: number; withinMs: number }) => sink.probes(count, withinMs),
});
