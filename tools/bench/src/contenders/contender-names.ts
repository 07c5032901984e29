import { peers } from '../peers/index.ts';
import type { PeerName } from '../peers/index.ts';

/** Who is measured: the service by either way of handing the content over, and the peers. */
export type ContenderName = 'ours' | 'ours, rendered' | PeerName;

export const peerNames = Object.keys(peers) as PeerName[];

export function isPeer(name: string): name is PeerName {
  return name in peers;
}
