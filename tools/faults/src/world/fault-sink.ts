import { createHash } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { startSmtpSink } from '@mail/testing';
import type { SinkAnswer, SinkMessage, SinkScript } from '@mail/testing';

/** One copy of a mail that reached the SMTP server whole, for one recipient. */
export interface Copy {
  readonly recipient: string;
  readonly messageId: string;
  /** Of the bytes after DATA, dots unstuffed. */
  readonly sha256: string;
  readonly connection: string;
  /** What it was answered. `null`: accepted; a promise that never came counts as whatever the client took it for. */
  readonly answer: SinkAnswer | 'pending';
  /** By the monotonic clock of this process. */
  readonly atMs: number;
}

/** What the server does in one scenario; without it, everything is accepted at once. */
export type SinkBehaviour = Pick<SinkScript, 'connect' | 'mail' | 'rcpt' | 'data' | 'final'>;

export interface FaultSink {
  readonly port: number;
  /** Every copy that came in, in order, whatever was answered. The same is in the record's file, written before the answer. */
  readonly copies: readonly Copy[];
  /** How often it has refused something for good, by 5xx. */
  readonly refusals: number;
  behave(behaviour: SinkBehaviour): void;
  /** Ends all connections without a word. */
  drop(): void;
  /** Connections that are open now. */
  readonly open: number;
  close(): Promise<void>;
}

const MESSAGE_ID = /^message-id:\s*(\S+)/im;

/** A real SMTP server that writes down each copy before it answers, so that what it has seen is known whoever dies. */
export async function openFaultSink(recordFile: string): Promise<FaultSink> {
  const file = openSync(recordFile, 'w');
  const copies: { -readonly [Field in keyof Copy]: Copy[Field] }[] = [];
  let now: SinkBehaviour = {};
  let refusals = 0;
  const counted = async (asked: SinkAnswer | Promise<SinkAnswer> | undefined): Promise<SinkAnswer> => {
    const answer = (await asked) ?? null;
    if (answer?.startsWith('5') === true) refusals += 1;
    return answer;
  };
  const record = async (message: SinkMessage): Promise<SinkAnswer> => {
    const head = message.raw.subarray(0, Math.max(0, message.raw.indexOf('\r\n\r\n'))).toString('latin1');
    const messageId = MESSAGE_ID.exec(head.replaceAll(/\r\n[ \t]+/g, ' '))?.[1] ?? '';
    const sha256 = createHash('sha256').update(message.raw).digest('hex');
    const atMs = performance.now();
    const mine = message.recipients.map((recipient) => ({
      recipient,
      messageId,
      sha256,
      connection: message.connectionId,
      answer: 'pending' as Copy['answer'],
      atMs,
    }));
    copies.push(...mine);
    writeSync(file, mine.map((copy) => `${JSON.stringify(copy)}\n`).join(''));
    const answer = await counted(now.final?.(message));
    for (const copy of mine) copy.answer = answer;
    return answer;
  };
  const sink = await startSmtpSink({
    tls: 'none',
    // The record is what is kept of them.
    keep: false,
    connect: (connection) => counted(now.connect?.(connection)),
    mail: (sender, parameters) => counted(now.mail?.(sender, parameters)),
    rcpt: (recipient) => counted(now.rcpt?.(recipient)),
    data: (recipients) => counted(now.data?.(recipients)),
    final: record,
  });
  return {
    port: sink.port,
    copies,
    get refusals() {
      return refusals;
    },
    behave: (behaviour) => void (now = behaviour),
    drop: () => sink.drop(),
    get open() {
      return sink.open;
    },
    close: () => sink.close(),
  };
}
