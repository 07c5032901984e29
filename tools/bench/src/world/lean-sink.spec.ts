import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leanSink } from './lean-sink.ts';
import type { LeanSink } from './lean-sink.ts';

let sink: LeanSink;
beforeEach(async () => {
  sink = await leanSink();
});
afterEach(() => sink.close());

/** Sends each piece once the answer to the one before has come; everything that was answered. */
async function converse(...pieces: string[]): Promise<string> {
  const socket = connect(sink.port, '127.0.0.1');
  let said = String(await once(socket, 'data'));
  for (const piece of pieces) {
    socket.write(piece);
    said += String(await once(socket, 'data'));
  }
  socket.destroy();
  return said;
}

const mailTo = (recipient: string): string => `MAIL FROM:<a@x>\r\nRCPT TO:<${recipient}@x>\r\nDATA\r\n`;

describe('the sink of the bench', () => {
  it('takes pipelined commands, and counts mails, bytes, addresses and round trips', async () => {
    const said = await converse('EHLO me\r\n', mailTo('m1'), 'one\r\n.\r\n', mailTo('m1'), 'two\r\n.\r\n');
    expect(said).toContain('PIPELINING');
    expect(sink.tally()).toMatchObject({ mails: 2, distinct: 1, bytes: 16, turns: 5 });
  });

  it('finds the end of a mail that comes in pieces', async () => {
    const socket = connect(sink.port, '127.0.0.1');
    await once(socket, 'data');
    socket.write(mailTo('m1'));
    await once(socket, 'data');
    for (const piece of ['one\r\n', '..\r\n.', '\r', '\n']) await new Promise<void>((resolve) => void socket.write(piece, () => resolve()));
    expect(await sink.await(1, 5000)).toMatchObject({ mails: 1 });
    socket.destroy();
  });

  it('remembers when a probe came, and forgets all at a reset', async () => {
    await converse(mailTo('p7'), 'one\r\n.\r\n');
    expect(Object.keys(await sink.probes(1, 5000))).toEqual(['7']);
    sink.reset();
    expect(await sink.probes(0, 0)).toEqual({});
    expect(sink.tally().mails).toBe(0);
  });
});
