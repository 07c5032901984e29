import { bullmq } from './bullmq.ts';
import { graphileWorker } from './graphile-worker.ts';
import type { Peer } from './peer.ts';
import { pgBoss } from './pg-boss.ts';

export const peers = { 'pg-boss': pgBoss, 'graphile-worker': graphileWorker, bullmq } as const satisfies Record<string, Peer>;
export type PeerName = keyof typeof peers;
