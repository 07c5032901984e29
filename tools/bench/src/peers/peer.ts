import type { BenchMail, MailKind } from '../world/bench-mail.ts';

/** A mail with how urgent it is. */
export interface Job {
  readonly mail: BenchMail;
  readonly kind: MailKind;
}

/** What hands mails over, as a caller of the contender would: through its own library or door. */
export interface Producer {
  /** Hands over all at once, by whatever the contender has for many. Resolves once they are stored. */
  addMany(jobs: readonly Job[]): Promise<void>;
  /** Hands over one, and resolves once it is stored. */
  addOne(job: Job): Promise<void>;
  close(): Promise<void>;
}

/** Where a contender's programs find what they work with. */
export interface Surroundings {
  readonly peerFolder: string;
  readonly postgresDsn: string;
  readonly redisPort: number;
  readonly redisPassword: string;
  readonly smtpPort: number;
  /** Base address of our intake. */
  readonly api: string;
  readonly stream: string;
  /** Begins the idempotency keys, which are remembered. */
  readonly run: string;
  /** Peers are set up for the most mails a second or for the shortest wait, as their own pages advise for each. */
  readonly tunedFor: 'throughput' | 'latency';
}

export interface PeerWorker {
  stop(): Promise<void>;
}

/** A job queue with a pooled nodemailer behind it. */
export interface Peer {
  /** Makes the queue where it is not there yet. */
  openProducer(surroundings: Surroundings): Promise<Producer>;
  startWorker(surroundings: Surroundings, send: (mail: BenchMail) => Promise<void>): Promise<PeerWorker>;
  /** How many jobs are not done. */
  outstanding(surroundings: Surroundings): Promise<number>;
}
