import type { SmtpReply } from '@mail/domain';
import { oneLine, parseReply } from './parse-reply.js';

/** Far above RFC 5321 4.5.3.1.5 (512 octets a line); a server that says more at once is not an SMTP server. */
const LONGEST_REPLY = 65_536;
const LINE = /^([2-5]\d\d)(?:([ -])(.*))?$/s;

/** Puts replies together from whatever pieces the socket brings. */
export class ReplyReader {
  #rest = '';
  #code = 0;
  #lines: string[] = [];
  #size = 0;

  /** The replies that this chunk completes, in order; `garbage` says what came instead where it stopped being SMTP. */
  read(chunk: Buffer): { replies: SmtpReply[]; garbage: string | null } {
    const replies: SmtpReply[] = [];
    this.#rest += chunk.toString('latin1');
    this.#size += chunk.length;
    let start = 0;
    for (let end = this.#rest.indexOf('\n'); end !== -1; end = this.#rest.indexOf('\n', start)) {
      const line = utf8(this.#rest.slice(start, this.#rest[end - 1] === '\r' ? end - 1 : end));
      start = end + 1;
      const match = LINE.exec(line);
      const code = Number(match?.[1]);
      if (match === null || (this.#lines.length > 0 && code !== this.#code)) return { replies, garbage: oneLine(line) };
      this.#code = code;
      this.#lines.push(match[3] ?? '');
      if (match[2] === '-') continue;
      replies.push(parseReply(code, this.#lines));
      this.#lines = [];
      this.#size = this.#rest.length - start;
    }
    this.#rest = this.#rest.slice(start);
    return { replies, garbage: this.#size > LONGEST_REPLY ? 'a reply without end' : null };
  }
}

/** Collected as octets, since a chunk may end within a character. */
function utf8(line: string): string {
  return /[\x80-\xff]/.test(line) ? Buffer.from(line, 'latin1').toString('utf8') : line;
}
