// Sends by a pooled nodemailer with nothing before it. Called with the folder of the peers and the port of the SMTP server.
import { CONNECTIONS, pooledNodemailer } from '../peers/pooled-nodemailer.ts';
import { benchMail } from '../world/bench-mail.ts';
import { serveCommands } from '../world/control.ts';
import { monotonicMs } from '../world/monotonic-ms.ts';
import type { Range, Span } from './producer.ts';

const [peerFolder = '', port] = process.argv.slice(2);
const sender = pooledNodemailer(peerFolder, Number(port));

async function send({ from, count }: Range): Promise<Span> {
  const startedMs = monotonicMs();
  let next = from;
  const one = async (): Promise<void> => {
    while (next < from + count) {
      next += 1;
      await sender.send(benchMail(next - 1));
    }
  };
  // Two for each connection, so that none waits for the next mail.
  await Promise.all(Array.from({ length: 2 * CONNECTIONS }, one));
  return { startedMs, endedMs: monotonicMs() };
}

await serveCommands({ send });
