import { connect, type Socket } from 'node:net';
import { readFile } from 'node:fs/promises';
import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';

const MIB = 1024 * 1024;
const LARGEST = 5 * MIB;
const MOST_RESIDENT = 300 * MIB;
const SMALL = { source: 'shop', to: ['ada@example.com'], content: { mode: 'rendered', subject: 's', text: 't' } };

/** The most memory that a process has had resident so far, in bytes (Linux). */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** A request whose body is on its way. */
interface Caller {
  readonly socket: Socket;
  /** What came back so far. */
  answer(): string;
  /** Whether all that was written has left this process. */
  sent(): boolean;
}

let callers: Caller[] = [];
let keys = 0;

function call(url: string, framing: string, body: Buffer | string, path = 'deliveries'): Caller {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  let sent = false;
  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
  const key = `held-${(keys += 1)}`;
  socket.write(
    `POST /api/v1/internal/${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\nidempotency-key: ${key}\r\n${framing}\r\n\r\n`,
  );
  socket.write(body, () => (sent = true));
  const caller = { socket, answer: () => answer, sent: () => sent };
  callers.push(caller);
  return caller;
}

async function hangUp(): Promise<void> {
  const closed = callers.map(({ socket }) => (socket.closed ? null : new Promise((resolve) => socket.once('close', resolve))));
  for (const { socket } of callers) socket.destroy();
  await Promise.all(closed);
  callers = [];
}

const command = (bytes: number): string => {
  const empty = JSON.stringify({ ...SMALL, content: { ...SMALL.content, text: '' } });
  return JSON.stringify({ ...SMALL, content: { ...SMALL.content, text: 'x'.repeat(bytes - empty.length) } });
};
/** As large as the largest, and larger as text and as JSON for the database than most: of characters that take two units of UTF-16. */
const wideCommand = (): Buffer => {
  const text = 'x😀'.repeat(Math.floor((LARGEST - JSON.stringify(SMALL).length) / 5));
  const short = JSON.stringify({ ...SMALL, content: { ...SMALL.content, text } });
  return Buffer.from(short.padEnd(short.length + LARGEST - Buffer.byteLength(short)));
};

describe.runIf(process.platform === 'linux')('bodies that are being received', () => {
  let system: MailSystem;
  let pid: number;
  const accepted = async (name: string) => {
    const { status } = await system.post('deliveries', name, SMALL);
    return status;
  };
  beforeAll(async () => {
    system = await startMailSystem(['intake-api'], {
      env: {
        MAIL_INTERNAL_HTTP_READ_HEADER_TIMEOUT: '60s',
        MAIL_INTERNAL_HTTP_READ_TIMEOUT: '60s',
        MAIL_INTERNAL_HTTP_MAX_CONNECTIONS: '120',
      },
    });
    pid = system.processes.get('intake-api')?.pid ?? 0;
  }, 60_000);
  afterAll(async () => {
    await hangUp();
    await system.stop();
  });

  it('of 80 callers that stall one byte before the end of 5 MiB take at most 300 MiB of memory, and ordinary mail is accepted', async () => {
    const body = wideCommand();
    for (let index = 0; index < 80; index += 1) call(system.url, `content-length: ${LARGEST}`, body.subarray(0, -1));
    await eventually('all is sent', () => callers.every(({ sent }) => sent()), 60_000);
    const refused = callers.filter(({ answer }) => answer() !== '');
    const kept = callers.filter(({ answer }) => answer() === '');
    for (const { answer } of refused) {
      expect(answer()).toMatch(/^HTTP\/1\.1 503 /);
      expect(answer()).toMatch(/^retry-after: \d+\r$/m);
      expect(answer()).toContain('"code":"overloaded"');
    }
    expect(kept.length).toBeGreaterThan(0);
    expect(await accepted('beside')).toBe(202);
    kept.forEach(({ socket }) => socket.write(body.subarray(-1)));
    await eventually('those that were kept are answered', () => kept.every(({ answer }) => answer() !== ''), 60_000);
    expect(kept.map(({ answer }) => answer().slice(0, 12))).toEqual(kept.map(() => 'HTTP/1.1 202'));
    const peak = await peakMemory(pid);
    console.log(`intake-api: ${Math.round(peak / MIB)} MiB at most, ${kept.length} of 80 kept`);
    expect(peak).toBeLessThan(MOST_RESIDENT);
    await hangUp();
  }, 120_000);

  it('in chunks without a length are counted as they arrive', async () => {
    const chunk = `${(64 * 1024).toString(16)}\r\n${' '.repeat(64 * 1024)}\r\n`;
    for (let index = 0; index < 80; index += 1) call(system.url, 'transfer-encoding: chunked', chunk.repeat(79));
    await eventually('all is sent', () => callers.every(({ sent }) => sent()), 60_000);
    expect(callers.some(({ answer }) => answer().startsWith('HTTP/1.1 503 '))).toBe(true);
    expect(callers.some(({ answer }) => answer() === '')).toBe(true);
    expect(await accepted('beside-chunks')).toBe(202);
    await hangUp();
    // One octet a chunk: each would be an object of its own if it were kept as it came.
    for (let index = 0; index < 4; index += 1) call(system.url, 'transfer-encoding: chunked', '1\r\n \r\n'.repeat(300_000));
    await eventually('all is sent', () => callers.every(({ sent }) => sent()), 60_000);
    expect(await accepted('beside-octets')).toBe(202);
    await hangUp();
    expect(await peakMemory(pid)).toBeLessThan(MOST_RESIDENT);
  }, 180_000);

  it('give their room back once their callers have gone', async () => {
    const large = call(system.url, `content-length: ${LARGEST}`, command(LARGEST));
    await eventually('it is answered', () => large.answer() !== '', 30_000);
    expect(large.answer()).toMatch(/^HTTP\/1\.1 202 /);
  });

  it('whose callers hang up are not told of as a database that is away', async () => {
    for (let index = 0; index < 5; index += 1) call(system.url, 'content-length: 1000', '{"to":');
    await eventually('all is sent', () => callers.every(({ sent }) => sent()), 30_000);
    expect(await accepted('before-they-go')).toBe(202);
    await hangUp();
    expect(await accepted('after-they-went')).toBe(202);
    expect(system.processes.get('intake-api')?.output()).not.toContain('database_unavailable');
  });

  it('come on connections that do not send request after request without waiting: one is closed past 16', async () => {
    const { hostname, port } = new URL(system.url);
    const impatient = async (requests: number): Promise<number> => {
      const socket = connect(Number(port), hostname);
      let answers = '';
      let closed = false;
      socket.on('error', () => {});
      socket.on('close', () => (closed = true));
      socket.on('data', (data: Buffer) => (answers += data.toString('latin1')));
      socket.write(`GET /api/v1/internal/templates HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`.repeat(requests));
      const count = () => answers.split('HTTP/1.1 200').length - 1;
      await eventually('all are answered, or it is closed', () => closed || count() === requests, 30_000);
      socket.destroy();
      return count();
    };
    expect(await impatient(16)).toBe(16);
    expect(await impatient(500)).toBeLessThanOrEqual(16);
    expect(await accepted('beside-impatience')).toBe(202);
  });

  it('of what is small by nature are refused past 64 KiB', async () => {
    const caller = call(system.url, `content-length: ${1 * MIB}`, '', 'login-code-deliveries');
    await eventually('it is answered', () => caller.answer() !== '', 30_000);
    expect(caller.answer()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('come over at most MAIL_INTERNAL_HTTP_MAX_CONNECTIONS connections', async () => {
    for (let index = 0; index < 130; index += 1) call(system.url, 'content-length: 10', '');
    await eventually('some are closed', () => callers.filter(({ socket }) => socket.closed).length >= 10, 30_000);
    await hangUp();
    expect(await accepted('after')).toBe(202);
  });
});
