import type { BenchMail } from '../world/bench-mail.ts';
import type { Job, Peer, Surroundings } from './peer.ts';
import { loadPeer } from './peer-packages.ts';

interface AddOptions {
  readonly priority?: number;
  readonly removeOnComplete: true;
}

interface Queue {
  waitUntilReady(): Promise<unknown>;
  add(name: string, data: BenchMail, options: AddOptions): Promise<unknown>;
  addBulk(jobs: readonly { name: string; data: BenchMail; opts: AddOptions }[]): Promise<unknown>;
  getJobCounts(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

interface BullMq {
  Queue: new (name: string, options: { connection: object }) => Queue;
  Worker: new (
    name: string,
    perform: (job: { data: BenchMail }) => Promise<void>,
    options: { connection: object; concurrency: number },
  ) => { waitUntilReady(): Promise<unknown>; close(): Promise<void>; on(event: 'error', listener: (error: Error) => void): void };
}

const QUEUE = 'mail';
const CONCURRENCY = 50;
/** Jobs with a priority wait for those without one; without need, none gets one, since they are kept in a slower structure. */
const BACKLOG = 10;

function connection({ redisPort, redisPassword }: Surroundings): object {
  return { host: '127.0.0.1', port: redisPort, password: redisPassword, maxRetriesPerRequest: null };
}

/** BullMQ over a Redis with `appendfsync everysec`: it may lose its last second, which the others may not. */
export const bullmq: Peer = {
  async openProducer(surroundings) {
    const { Queue } = loadPeer<BullMq>(surroundings.peerFolder, 'bullmq');
    const queue = new Queue(QUEUE, { connection: connection(surroundings) });
    await queue.waitUntilReady();
    const optionsOf = ({ kind }: Job): AddOptions =>
      kind === 'mail' && surroundings.tunedFor === 'latency' ? { priority: BACKLOG, removeOnComplete: true } : { removeOnComplete: true };
    return {
      async addMany(jobs) {
        await queue.addBulk(jobs.map((job) => ({ name: QUEUE, data: job.mail, opts: optionsOf(job) })));
      },
      async addOne(job) {
        await queue.add(QUEUE, job.mail, optionsOf(job));
      },
      close: () => queue.close(),
    };
  },
  async startWorker(surroundings, send) {
    const { Worker } = loadPeer<BullMq>(surroundings.peerFolder, 'bullmq');
    const worker = new Worker(QUEUE, ({ data }) => send(data), { connection: connection(surroundings), concurrency: CONCURRENCY });
    worker.on('error', (error) => console.error(error));
    await worker.waitUntilReady();
    return { stop: () => worker.close() };
  },
  async outstanding(surroundings) {
    const { Queue } = loadPeer<BullMq>(surroundings.peerFolder, 'bullmq');
    const queue = new Queue(QUEUE, { connection: connection(surroundings) });
    const counts = await queue.getJobCounts();
    await queue.close();
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  },
};
