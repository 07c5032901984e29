import type { RecipientAnswer, RecipientResult, SmtpReply } from '@mail/domain';
import type { EnvelopeRecipient } from '../outgoing-mail.js';

/**
 * `waiting`: for its transaction; `asked`: no answer yet; `taken`: RCPT was accepted, and what becomes of the message will decide;
 * `full`: the transaction took no more recipients, so that it goes into the next one.
 */
type State = RecipientAnswer | 'waiting' | 'asked' | 'taken' | 'full';

/** The recipients of one mail, each with what it was told so far. A mail takes several transactions where a server takes few at a time. */
export class Envelope {
  readonly #entries: {
    readonly position: number;
    readonly address: string;
    state: State;
    reply: SmtpReply | null;
    /** Asked for in the transaction that is under way. */
    current: boolean;
  }[];

  constructor(recipients: readonly EnvelopeRecipient[]) {
    this.#entries = recipients.map(({ position, address }) => ({ position, address, state: 'waiting', reply: null, current: false }));
  }

  /** Begins a transaction: whoever has no answer, and was told at most to wait for the next one, is asked now, but for what is past `atMost`. */
  askNext(atMost: number): string[] {
    const next = this.#entries.filter(({ state }) => state === 'waiting' || state === 'full').slice(0, atMost);
    for (const entry of this.#entries) entry.current = false;
    for (const entry of next) Object.assign(entry, { state: 'asked', current: true });
    return next.map(({ address }) => address);
  }

  /** Whether a further transaction has somebody to ask. */
  get anyLeft(): boolean {
    return this.#entries.some(({ state }) => state === 'waiting' || state === 'full');
  }

  count(state: State): number {
    return this.#entries.filter((entry) => entry.state === state).length;
  }

  /** Answers the recipients that `refuse` has a reply for. */
  refuseLocally(refuse: (address: string) => SmtpReply | null): void {
    for (const entry of this.#entries) {
      const reply = refuse(entry.address);
      if (reply !== null) Object.assign(entry, { state: 'permanent', reply });
    }
  }

  /** Answers the first recipient that has none: the server replies in the order of the commands. */
  answerNext(state: 'taken' | 'transient' | 'permanent' | 'full', reply: SmtpReply): void {
    const next = this.#entries.find((entry) => entry.state === 'asked');
    if (next !== undefined) Object.assign(next, { state, reply });
  }

  /** Answers all that are in one of these states. */
  answerAll(from: readonly State[], state: RecipientAnswer, reply: SmtpReply | null): void {
    for (const entry of this.#entries) if (from.includes(entry.state)) Object.assign(entry, { state, reply });
  }

  /** Takes back what the server is thought to have said in this transaction: its replies were not the answers to these commands. */
  forget(): void {
    for (const entry of this.#entries) if (entry.current) Object.assign(entry, { state: 'asked', reply: null });
  }

  /** An acceptance that came to nothing does not count, nor does its reply. For whom there was no room, that was for now. */
  results(): RecipientResult[] {
    return this.#entries.map(({ position, state, reply }) => {
      if (state === 'waiting' || state === 'asked' || state === 'taken') return { position, answer: 'untried', reply: null };
      return { position, answer: state === 'full' ? 'transient' : state, reply };
    });
  }
}
