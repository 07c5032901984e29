import { oneLine } from './parse-reply.js';

/** Far above RFC 5321 4.5.3.1.5 (512 octets a line); a server that says more at once is not an SMTP server. */
const LONGEST_REPLY = 65_536;
const LINE = /^([2-5]\d\d)(?:([ -])(.*))?$/s;
const LINE_FEED = 0x0a;

/** One whole reply (RFC 5321 4.2): its code, and the text behind the code of each line. */
export interface WholeReply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Puts replies together from whatever pieces the socket brings. Holds at most one unfinished reply of 64 KiB. */
export class ReplyReader {
  /** Pieces of a line without its end. They are joined once, so that a line in single octets costs no more than a line at once. */
  #pieces: Buffer[] = [];
  #code = 0;
  #lines: string[] = [];
  /** Octets of the unfinished reply. */
  #size = 0;

  /** Whether a reply has begun and not ended. */
  get unfinished(): boolean {
    return this.#size > 0;
  }

  /** The replies that this chunk completes, in order; `garbage` says what came instead where it stopped being SMTP. */
  read(chunk: Buffer): { replies: WholeReply[]; garbage: string | null } {
    const replies: WholeReply[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      const line = this.#lineUpTo(chunk.subarray(start, end));
      this.#size += end + 1 - start;
      start = end + 1;
      const match = LINE.exec(line);
      const code = Number(match?.[1]);
      if (match === null || (this.#lines.length > 0 && code !== this.#code)) return { replies, garbage: oneLine(line) };
      if (this.#size > LONGEST_REPLY) break;
      this.#code = code;
      this.#lines.push(match[3] ?? '');
      if (match[2] === '-') continue;
      replies.push({ code, lines: this.#lines });
      this.#lines = [];
      this.#size = 0;
    }
    this.#size += chunk.length - start;
    if (this.#size > LONGEST_REPLY) return { replies, garbage: 'a reply without end' };
    // A copy: a chunk is a view of a far larger buffer.
    if (start < chunk.length) this.#pieces.push(Buffer.from(chunk.subarray(start)));
    return { replies, garbage: null };
  }

  #lineUpTo(last: Buffer): string {
    const line = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    return line.toString('utf8', 0, line.at(-1) === 0x0d ? line.length - 1 : line.length);
  }
}
