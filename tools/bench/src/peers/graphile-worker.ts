import { queryOnce } from '@mail/local/ensure-database';
import type { BenchMail } from '../world/bench-mail.ts';
import type { Job, Peer } from './peer.ts';
import { loadPeer } from './peer-packages.ts';

interface Spec {
  readonly identifier: string;
  readonly payload: BenchMail;
  readonly priority: number;
}

interface GraphileWorker {
  makeWorkerUtils(options: { preset: Preset }): Promise<{
    migrate(): Promise<void>;
    addJob(identifier: string, payload: BenchMail, spec: { priority: number }): Promise<unknown>;
    addJobs(specs: readonly Spec[]): Promise<unknown>;
    release(): Promise<void>;
  }>;
  run(options: { preset: Preset; taskList: Record<string, (payload: BenchMail) => Promise<void>> }): Promise<{ stop(): Promise<void> }>;
  Logger: new (factory: () => () => void) => unknown;
}

interface Preset {
  readonly worker: Readonly<Record<string, unknown>>;
}

const TASK = 'mail';
const CONCURRENT_JOBS = 24;
/** A smaller number comes first. */
const URGENT = -10;

const priorityOf = ({ kind }: Job): number => (kind === 'urgent' ? URGENT : 0);

/** graphile-worker with the settings that its page on performance gives, and without its local queue where what counts is the wait. */
export const graphileWorker: Peer = {
  async openProducer({ peerFolder, postgresDsn }) {
    const { makeWorkerUtils, Logger } = loadPeer<GraphileWorker>(peerFolder, 'graphile-worker');
    const utils = await makeWorkerUtils({
      preset: { worker: { connectionString: postgresDsn, maxPoolSize: 32, logger: new Logger(() => () => {}) } },
    });
    await utils.migrate();
    return {
      async addMany(jobs) {
        await utils.addJobs(jobs.map((job) => ({ identifier: TASK, payload: job.mail, priority: priorityOf(job) })));
      },
      async addOne(job) {
        await utils.addJob(TASK, job.mail, { priority: priorityOf(job) });
      },
      close: () => utils.release(),
    };
  },
  async startWorker({ peerFolder, postgresDsn, tunedFor }, send) {
    const { run, Logger } = loadPeer<GraphileWorker>(peerFolder, 'graphile-worker');
    const runner = await run({
      preset: {
        worker: {
          connectionString: postgresDsn,
          concurrentJobs: CONCURRENT_JOBS,
          maxPoolSize: CONCURRENT_JOBS + 1,
          ...(tunedFor === 'throughput' ? { localQueue: { size: 500 } } : {}),
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          // It logs a line a job.
          logger: new Logger(() => () => {}),
        },
      },
      taskList: { [TASK]: send },
    });
    return { stop: () => runner.stop() };
  },
  async outstanding({ postgresDsn }) {
    const [row] = await queryOnce<{ open: number }>(postgresDsn, 'select count(*)::int as open from graphile_worker._private_jobs');
    return row?.open ?? 0;
  },
};
