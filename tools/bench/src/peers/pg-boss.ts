import { queryOnce } from '@mail/local/ensure-database';
import type { BenchMail } from '../world/bench-mail.ts';
import type { Job, Peer, Surroundings } from './peer.ts';
import { loadPeer } from './peer-packages.ts';

interface Boss {
  on(event: 'error', listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  stop(options: { graceful: boolean }): Promise<void>;
  createQueue(name: string, options: Record<string, unknown>): Promise<void>;
  send(name: string, data: BenchMail, options: { priority: number }): Promise<string | null>;
  insert(name: string, jobs: readonly { data: BenchMail; priority: number }[]): Promise<unknown>;
  work(name: string, options: Record<string, unknown>, perform: (jobs: readonly { data: BenchMail }[]) => Promise<void>): Promise<string>;
}

const QUEUE = 'mail';
const URGENT = 10;

const priorityOf = ({ kind }: Job): number => (kind === 'urgent' ? URGENT : 0);

async function open({ peerFolder, postgresDsn }: Surroundings, connections: number): Promise<Boss> {
  const { PgBoss } = loadPeer<{ PgBoss: new (options: Record<string, unknown>) => Boss }>(peerFolder, 'pg-boss');
  const boss = new PgBoss({ connectionString: postgresDsn, max: connections, useListenNotify: true, schedule: false });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  // Does nothing where there is one already.
  await boss.createQueue(QUEUE, { notify: true });
  return boss;
}

/** pg-boss, with LISTEN and NOTIFY, batches and bursts; its tables and its defaults otherwise. */
export const pgBoss: Peer = {
  async openProducer(surroundings) {
    const boss = await open(surroundings, 32);
    return {
      async addMany(jobs) {
        await boss.insert(
          QUEUE,
          jobs.map((job) => ({ data: job.mail, priority: priorityOf(job) })),
        );
      },
      async addOne(job) {
        await boss.send(QUEUE, job.mail, { priority: priorityOf(job) });
      },
      close: () => boss.stop({ graceful: false }),
    };
  },
  async startWorker(surroundings, send) {
    const boss = await open(surroundings, 10);
    const sizes = surroundings.tunedFor === 'throughput' ? { batchSize: 50, localConcurrency: 2 } : { batchSize: 20, localConcurrency: 2 };
    await boss.work(QUEUE, { ...sizes, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      await Promise.all(jobs.map(({ data }) => send(data)));
    });
    return { stop: () => boss.stop({ graceful: false }) };
  },
  async outstanding({ postgresDsn }) {
    const [row] = await queryOnce<{ open: number }>(postgresDsn, `select count(*)::int as open from pgboss.job where state < 'completed'`);
    return row?.open ?? 0;
  },
};
