import type { RecipientAnswer, RecipientResult, SmtpReply } from '@mail/domain';
import type { EnvelopeRecipient } from '../outgoing-mail.js';

/** `asked`: no answer yet; `taken`: RCPT was accepted, and what becomes of the message will decide. */
type State = RecipientAnswer | 'asked' | 'taken';

/** The recipients of one transaction, each with what it was told so far. */
export class Envelope {
  readonly #entries: {
    readonly position: number;
    readonly address: string;
    state: State;
    reply: SmtpReply | null;
    /** Refused without asking the server. */
    refusedLocally: boolean;
  }[];

  constructor(recipients: readonly EnvelopeRecipient[]) {
    this.#entries = recipients.map(({ position, address }) => ({ position, address, state: 'asked', reply: null, refusedLocally: false }));
  }

  /** Addresses without an answer, in order. */
  get asked(): string[] {
    return this.#entries.filter(({ state }) => state === 'asked').map(({ address }) => address);
  }

  get anyTaken(): boolean {
    return this.#entries.some(({ state }) => state === 'taken');
  }

  /** Answers the recipients that `refuse` has a reply for. */
  refuseLocally(refuse: (address: string) => SmtpReply | null): void {
    for (const entry of this.#entries) {
      const reply = refuse(entry.address);
      if (reply !== null) Object.assign(entry, { state: 'permanent', reply, refusedLocally: true });
    }
  }

  /** Answers the first recipient that has none: the server replies in the order of the commands. */
  answerNext(state: 'taken' | 'transient' | 'permanent', reply: SmtpReply): void {
    const next = this.#entries.find((entry) => entry.state === 'asked');
    if (next !== undefined) Object.assign(next, { state, reply });
  }

  /** Answers all that are in one of these states. */
  answerAll(from: readonly State[], state: RecipientAnswer, reply: SmtpReply | null): void {
    for (const entry of this.#entries) if (from.includes(entry.state)) Object.assign(entry, { state, reply });
  }

  /** Takes back what the server is thought to have said: its replies were not the answers to these commands. */
  forget(): void {
    for (const entry of this.#entries) if (!entry.refusedLocally) Object.assign(entry, { state: 'asked', reply: null });
  }

  /** An acceptance that came to nothing does not count, nor does its reply. */
  results(): RecipientResult[] {
    return this.#entries.map(({ position, state, reply }) =>
      state === 'asked' || state === 'taken' ? { position, answer: 'untried', reply: null } : { position, answer: state, reply },
    );
  }
}
