import { join } from 'node:path';
import type { Context } from '@mail/local/run-command';
import { runQuietly } from '@mail/local/run-quietly';
import { Trouble } from '@mail/local/trouble';
import { preparePeerFolder } from './peer-packages.ts';

const WITHIN_MS = 300_000;

/** Installs the peers where they are not there yet, with exact versions, into a folder of the bench's own; answers the folder. */
export async function installPeers({ state, progress }: Context): Promise<string> {
  const folder = join(state.path, 'bench-peers');
  if (!preparePeerFolder(folder)) return folder;
  await progress.step('Peers (pg-boss, graphile-worker, BullMQ, nodemailer, autocannon), once', async () => {
    const npm = process.env['npm_execpath'];
    const parameters = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];
    // npm runs by the Node that it was installed for, unless it is the one that called us.
    const [command, args] = npm?.endsWith('.js') === true ? [process.execPath, [npm, ...parameters]] : ['npm', parameters];
    const { code, stderr } = await runQuietly(command, args, { cwd: folder, withinMs: WITHIN_MS });
    if (code !== 0) throw new Trouble(`The peers could not be installed (exit ${code}): ${stderr}`, 'Check the network and the registry.');
  });
  return folder;
}
