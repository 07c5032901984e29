import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepProcesses, type KeptProcesses } from '@mail/local/kept-processes';
import { projectRoot } from '@mail/local/project-root';
import { chooseStateFolder, type StateFolder } from '@mail/local/state-folder';
import { Trouble } from '@mail/local/trouble';

/** What servers of a spec's own are started with, beside those that all specs share. */
export interface OwnServers {
  readonly folder: string;
  readonly logFile: string;
  readonly state: StateFolder;
  readonly processes: KeptProcesses;
  /** Ends all that were started, and removes the folder. */
  end(): Promise<void>;
}

export async function ownServers(): Promise<OwnServers> {
  const state = chooseStateFolder(projectRoot);
  const folder = mkdtempSync(join(tmpdir(), 'own-servers-'));
  // PostgreSQL and PgBouncer refuse root, and run as nobody.
  chmodSync(folder, 0o711);
  const processes = await keepProcesses(folder, () => new Trouble('This spec runs already.', 'Wait for it.'));
  return {
    folder,
    logFile: join(folder, 'log'),
    state,
    processes,
    async end() {
      await processes.stopAll();
      rmSync(folder, { recursive: true });
    },
  };
}
