import { Agent, request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { templateContent } from '../world/bench-mail.ts';
import type { Job, Producer, Surroundings } from '../peers/peer.ts';

/** How the content is handed over: finished, or as the variables of a template. */
export type ContentMode = 'rendered' | 'template';

const SOURCE = 'bench';

function commandOf({ mail, kind }: Job, number: string, mode: ContentMode): Record<string, unknown> {
  const { to, subject, text: body, html } = mail;
  return {
    to: [to],
    content: mode === 'template' ? templateContent(Number(number)) : { mode: 'rendered', subject, text: body, html },
    ...(kind === 'mail' ? {} : { priority: kind === 'urgent' ? 'high' : 'normal' }),
  };
}

/** Of the mail, from its address: `m17@…` is 17. */
const numberOf = ({ mail }: Job): string => mail.to.slice(1, mail.to.indexOf('@'));

/** Commands into the stream, by XADD. */
export async function streamProducer({ redisPort, redisPassword, stream, run }: Surroundings, mode: ContentMode): Promise<Producer> {
  const redis = new Redis({ host: '127.0.0.1', port: redisPort, password: redisPassword, disableClientInfo: true });
  await redis.ping();
  const fields = (job: Job): string[] => {
    const command = JSON.stringify(commandOf(job, numberOf(job), mode));
    return ['source', SOURCE, 'idempotency_key', `${run}-${job.mail.to}`, 'command', command];
  };
  return {
    async addMany(jobs) {
      const pipeline = redis.pipeline();
      for (const job of jobs) pipeline.xadd(stream, '*', ...fields(job));
      for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
    },
    async addOne(job) {
      await redis.xadd(stream, '*', ...fields(job));
    },
    close: () => Promise.resolve(redis.disconnect()),
  };
}

/** Commands by HTTP; what is urgent is a login code. */
export function httpProducer({ api, run }: Surroundings, mode: ContentMode): Producer {
  const agent = new Agent({ keepAlive: true });
  const addOne = async (job: Job): Promise<void> => {
    const login = job.kind === 'urgent';
    const asking = request(`${api}/api/v1/internal/${login ? 'login-code-deliveries' : 'deliveries'}`, {
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `${run}-${job.mail.to}` },
    });
    const body = login ? { email: job.mail.to, code: '481516', locale: 'en' } : { source: SOURCE, ...commandOf(job, numberOf(job), mode) };
    asking.end(JSON.stringify(body));
    const [response] = (await once(asking, 'response')) as [import('node:http').IncomingMessage];
    const answer = await text(response);
    if (response.statusCode !== 202) throw new Error(`${response.statusCode}: ${answer}`);
  };
  return {
    addOne,
    addMany: async (jobs) => void (await Promise.all(jobs.map(addOne))),
    close: () => Promise.resolve(agent.destroy()),
  };
}
