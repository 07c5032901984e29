import { startRawSmtp } from '@mail/testing';
import type { RawPeer } from '@mail/testing';
import type { Stage } from '../stage.ts';

/** Puts another server where the usual one is: its nth connection gets the nth script, and whoever comes later is hung up on. */
export async function withScriptedServer(
  { world: { sink, toSmtp } }: Stage,
  scripts: readonly ((peer: RawPeer) => unknown)[],
  work: () => Promise<void>,
): Promise<void> {
  const server = await startRawSmtp(async (peer) => void (await (scripts[peer.number - 1]?.(peer) ?? peer.socket.end())));
  toSmtp.target(server.port);
  toSmtp.reset();
  try {
    await work();
  } finally {
    toSmtp.target(sink.port);
    await server.close();
  }
}
