import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Redis } from 'ioredis';

const SOURCE = 'shop';
const CHUNK = 500;
/** Of about 2 KB. */
const TEXT = 'Your scouts reached the Orion Gate, which has cost 4815 credits. What to do about it is yours to decide.\n'.repeat(18);

/** A command that every index of the lists has an entry for: with a template, a tag and an address of its own. */
function commandOf(number: number): Record<string, unknown> {
  return {
    to: [`reader-${number}@example.com`],
    content: { mode: 'template', template_id: 'notification.generic', locale: 'en', variables: { title: `No. ${number}`, body: TEXT } },
    tags: { tenant: `tenant-${number % 1000}` },
  };
}

/** Sends so many commands over so many connections; resolves once all are accepted. */
export async function sendByHttp(api: string, run: string, count: number, connections: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': `${run}-${number}` };
      const asking = request(`${api}/api/v1/internal/deliveries`, { agent, method: 'POST', headers });
      asking.end(JSON.stringify({ source: SOURCE, ...commandOf(number) }));
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      answer.resume();
      await once(answer, 'end');
      if (answer.statusCode !== 202) throw new Error(`A command was answered with ${answer.statusCode}.`);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, caller));
  } finally {
    agent.destroy();
  }
}

/** Adds so many commands to a stream. */
export async function addToStream(redis: Redis, stream: string, run: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += CHUNK) {
    const pipeline = redis.pipeline();
    for (let number = from; number < Math.min(count, from + CHUNK); number += 1) {
      const command = JSON.stringify(commandOf(number));
      pipeline.xadd(stream, '*', 'source', SOURCE, 'idempotency_key', `${run}-${number}`, 'command', command);
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
  }
}
