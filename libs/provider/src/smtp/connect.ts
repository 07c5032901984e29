import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { SmtpPhase, SmtpReply } from '@mail/domain';
import type { Deadline } from './deadline.js';
import type { SmtpOptions } from './smtp-options.js';
import { SmtpSession } from './smtp-session.js';

/** How long an address may stay without a greeting before the next one is tried beside it. */
const MOST_OF_ONE_MS = 3_000;
/** For how long an address that stayed silent is tried after the others. */
const SILENT_FOR_MS = 60_000;
const KEEPALIVE_MS = 30_000;

/** Where opening a session failed, and why: a reply of the server, or what happened in its place. */
export interface OpeningFailure {
  readonly kind: 'failed';
  readonly phase: SmtpPhase;
  readonly reply: SmtpReply | null;
  readonly error: string | null;
}
export type Greeted = { readonly kind: 'greeted'; readonly session: SmtpSession } | OpeningFailure;

/** What one opening does as it goes on. */
export interface OpeningWatch {
  readonly deadline: Deadline;
  enter(phase: SmtpPhase): void;
  /** Told of each session before it connects. */
  began(session: SmtpSession): void;
  /** Nobody waits any more: nothing new is begun. */
  readonly abandoned: boolean;
}

/**
 * Connects to a host that may have several addresses, of both families, in the resolver's order. One that fails or refuses is
 * followed by the next at once. One that is silent has its share of what is left of the time, three seconds at most; then the
 * next is tried beside it, and the first to greet is taken. A silent one comes last for a minute.
 */
export class Connector {
  readonly #options: SmtpOptions;
  readonly #tls: ConnectionOptions;
  readonly #silentUntilMs = new Map<string, number>();
  #addresses: readonly string[] = [];
  #looking: Promise<readonly string[]> | null = null;

  constructor(options: SmtpOptions, tls: ConnectionOptions) {
    this.#options = options;
    this.#tls = tls;
  }

  async connect(watch: OpeningWatch): Promise<Greeted> {
    watch.enter('connect');
    try {
      return await this.#firstToGreet(this.#silentLast(await this.#resolve()), watch);
    } catch (error) {
      return { kind: 'failed', phase: 'connect', reply: null, error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** One look-up at a time, since each holds a thread while the resolver is down; what was found last serves until it is back. */
  async #resolve(): Promise<readonly string[]> {
    const { host, lookup: find = systemLookup } = this.#options;
    if (isIP(host) !== 0) return [host];
    this.#looking ??= find(host).finally(() => (this.#looking = null));
    try {
      this.#addresses = await this.#looking;
    } catch (error) {
      if (this.#addresses.length === 0) throw error;
    }
    if (this.#addresses.length === 0) throw new Error(`${host} has no address`);
    return this.#addresses;
  }

  #silentLast(addresses: readonly string[]): string[] {
    const now = performance.now();
    const isSilent = (address: string): number => Number((this.#silentUntilMs.get(address) ?? 0) > now);
    return addresses.toSorted((one, other) => isSilent(one) - isSilent(other));
  }

  #firstToGreet(addresses: readonly string[], watch: OpeningWatch): Promise<Greeted> {
    return new Promise((resolve) => {
      const failures: OpeningFailure[] = [];
      const sessions = new Set<SmtpSession>();
      let begun = 0;
      let patience: NodeJS.Timeout | undefined;
      let ended = false;
      const end = (greeted: Greeted): void => {
        ended = true;
        clearTimeout(patience);
        for (const session of sessions) session.lose('closed', 'another address was faster');
        resolve(greeted);
      };
      const next = (): void => {
        clearTimeout(patience);
        const address = addresses[begun];
        if (address === undefined || watch.abandoned) {
          if (sessions.size === 0) end(togetherOf(failures));
          return;
        }
        begun++;
        const others = addresses.length - begun;
        const share = Math.min(MOST_OF_ONE_MS, watch.deadline.leftMs / (others + 1));
        if (others > 0) patience = setTimeout(() => (this.#markSilent(address), next()), share);
        const session = this.#dial(address);
        sessions.add(session);
        watch.began(session);
        const mine = begun;
        void this.#greet(session, watch).then((greeted) => {
          sessions.delete(session);
          if (ended) return;
          if (greeted.kind === 'greeted') {
            this.#silentUntilMs.delete(address);
            return end(greeted);
          }
          failures.push(greeted);
          if (mine === begun || sessions.size === 0) next();
        });
      };
      next();
    });
  }

  #markSilent(address: string): void {
    this.#silentUntilMs.set(address, performance.now() + SILENT_FOR_MS);
  }

  #dial(address: string): SmtpSession {
    return new SmtpSession(
      connectTcp({ host: address, port: this.#options.port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS }),
    );
  }

  /** Up to the greeting, which must be 220 (RFC 5321 3.1). */
  async #greet(session: SmtpSession, { enter }: OpeningWatch): Promise<Greeted> {
    const failed = (phase: SmtpPhase, reply: SmtpReply | null, error: string | null): OpeningFailure => {
      session.lose('closed', 'it was refused');
      return { kind: 'failed', phase, reply, error };
    };
    // From here on: a greeting may come in one piece with the end of the handshake.
    session.expectReply();
    const unconnected = await session.connected();
    if (unconnected !== null) return failed('connect', null, unconnected.error);
    if (this.#options.port === 465) {
      enter('starttls');
      const insecure = await session.secure(this.#tls);
      if (insecure !== null) return failed('starttls', null, insecure.error);
    }
    enter('greeting');
    const heard = await session.hear();
    if (heard.kind === 'lost') return failed('greeting', null, heard.error);
    if (heard.reply.code !== 220) return failed('greeting', heard.reply, null);
    return { kind: 'greeted', session };
  }
}

async function systemLookup(host: string): Promise<string[]> {
  return (await lookup(host, { all: true, order: 'verbatim' })).map(({ address }) => address);
}

/** Of several addresses that failed, what a server said tells most; else every reason, and how far the last one came. */
function togetherOf(failures: readonly OpeningFailure[]): OpeningFailure {
  const replied = failures.findLast(({ reply }) => reply !== null);
  const last = failures.at(-1);
  if (last === undefined) return { kind: 'failed', phase: 'connect', reply: null, error: 'no address was tried' };
  return replied ?? { ...last, error: failures.map(({ error }) => error).join('; ') };
}
