import type { Client, ClientBase } from 'pg';
import { sharesSessions } from './shares-sessions.js';
import { readSession, type Setting } from './session-settings.js';

/** A server, or what stands before it, that cannot do the job however often it is asked. */
export class UnfitServerError extends Error {
  override readonly name = 'UnfitServerError';

  constructor(
    reason: string,
    readonly cure: string,
    /** Of a replica, not of the primary. */
    readonly replica = false,
  ) {
    super(reason);
  }
}

export interface CheckOptions {
  /** What is read alone has less to keep. */
  readonly readsOnly: boolean;
  /** A server that may lose what it has committed is refused, and not only warned of. */
  readonly production: boolean;
  readonly onWarning: (warning: string) => void;
}

export interface Checked {
  /** A connection of the server's, whose session is set up. */
  readonly client: ClientBase;
  /** Sets the session of a connection up again, and answers what it then has. */
  readonly setUp: (client: ClientBase) => Promise<readonly Setting[]>;
  /** Opens another connection to the same server. */
  readonly connect: () => Promise<Client>;
}

interface Facts {
  readonly version: number;
  readonly version_name: string;
  readonly encoding: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly replication_role: string;
  readonly standby: boolean;
  readonly pid: number;
}

const FACTS = `select current_setting('server_version_num')::int as version, current_setting('server_version') as version_name,
  current_setting('server_encoding') as encoding, current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
  current_setting('session_replication_role') as replication_role, pg_is_in_recovery() as standby, pg_backend_pid() as pid`;

const OLDEST = 150_000;

/** Holds a server to what the service needs of it. Throws an `UnfitServerError` that names the fault and the cure. */
export async function checkServer({ client, setUp, connect }: Checked, options: CheckOptions): Promise<void> {
  const { rows } = await client.query<Facts>(FACTS);
  const [facts] = rows;
  if (facts === undefined) throw new Error('the server says nothing of itself');
  checkFacts(facts, options);
  // A pooler has keys of its own for its clients, which are not the server's process ids.
  const direct = (client as { processID?: number | null }).processID === facts.pid;
  if (!direct && (await sharesSessions(connect))) {
    throw new UnfitServerError(
      'the pooler before it gives one connection to several clients (transaction or statement mode), so that settings, prepared statements and locks of one are lost or reach another',
      'set pool_mode = session there, or name the server itself',
    );
  }
  const set = await setUp(client);
  const now = new Map((await readSession(client)).map(({ name, value }) => [name, value]));
  for (const { name, value } of set) {
    if (now.get(name) === value) continue;
    throw new UnfitServerError(
      `${name} is ${JSON.stringify(now.get(name))} in a session that had set it to ${JSON.stringify(value)}`,
      'see that no pooler or extension resets what a session sets',
    );
  }
}

function checkFacts(facts: Facts, { readsOnly, production, onWarning }: CheckOptions): void {
  if (facts.version < OLDEST) throw new UnfitServerError(`it is PostgreSQL ${facts.version_name}`, 'upgrade it to 15 or later');
  if (facts.encoding !== 'UTF8') {
    throw new UnfitServerError(
      `the encoding of its database is ${facts.encoding}, and mail is Unicode`,
      `create a database with encoding 'UTF8' (create database … encoding 'UTF8' template template0), and name that`,
    );
  }
  if (readsOnly) return;
  if (facts.standby) throw new UnfitServerError('it is a standby, which is read-only', 'name the primary');
  if (facts.replication_role !== 'origin') {
    throw new UnfitServerError(
      `session_replication_role is ${facts.replication_role}, so that foreign keys and triggers do nothing`,
      'have a superuser reset it (alter role … reset session_replication_role, and the same for the database)',
    );
  }
  checkDurability(facts, production, onWarning);
}

function checkDurability(facts: Facts, production: boolean, onWarning: (warning: string) => void): void {
  const off = (['fsync', 'full_page_writes'] as const).filter((name) => facts[name] === 'off');
  if (off.length === 0) return;
  const fault = `${off.join(' and ')} ${off.length > 1 ? 'are' : 'is'} off: a crash of its machine loses mail that was accepted, or the whole database`;
  // Without fsync nothing is durable, and whoever does that for a test means it.
  if (production || facts.fsync === 'on') {
    throw new UnfitServerError(fault, `set ${off.join(' = on and ')} = on in postgresql.conf, and reload it`);
  }
  onWarning(`NOT DURABLE: ${fault}. For tests only; refused when NODE_ENV=production`);
}
