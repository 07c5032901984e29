import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';
import type { MailProvider } from './mail-provider.js';
import type { SmtpOptions } from './smtp/smtp-options.js';

/** Listens on the same port of another loopback address, and does with each connection what the test says. */
async function another(address: string, port: number, onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  server.listen(port, address);
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    sockets.forEach((socket) => socket.destroy());
    await closed;
  });
  return {
    get connections() {
      return connections;
    },
  };
}

/** A provider whose relay's name has these addresses. */
const smtpToRelay = (port: number, addresses: readonly string[], options: Partial<SmtpOptions> = {}): MailProvider =>
  smtpTo({ host: 'relay.test', port }, { lookup: () => Promise.resolve(addresses), ...options });
const SILENT = '127.0.0.2';
const SOUND = '127.0.0.1';

describe('a relay whose name has several addresses', () => {
  it.each([
    ['that takes connections and never greets', () => {}],
    ['that greets without an end', (socket: Socket) => void socket.write('220-wait')],
  ])('one %s costs its share of the time, and the other takes the mail', async (_, silence) => {
    const sink = await aSink();
    const silent = await another(SILENT, sink.port, silence);
    const provider = smtpToRelay(sink.port, [SILENT, SOUND], { timeoutMs: 2_000 });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(silent.connections).toBe(1);
  });

  it('one whose packets are lost costs its share of the time', async () => {
    const sink = await aSink();
    const provider = smtpToRelay(sink.port, [await aBlackHole(sink.port), SOUND], { timeoutMs: 2_000 });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
  });

  it('a silent address is tried last for a while, so that the next connection does not wait for it', async () => {
    const sink = await aSink();
    const silent = await another(SILENT, sink.port, () => {});
    const provider = smtpToRelay(sink.port, [SILENT, SOUND], { timeoutMs: 2_000, maxConnections: 1, idleMs: 1 });
    await provider.send(aMail());
    while (sink.connections < 4) expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(silent.connections).toBe(1);
  });

  it.each([
    ['refused', null],
    ['hung up on', (socket: Socket) => void socket.destroy()],
    ['greeted with 421', (socket: Socket) => void socket.end('421 4.3.2 busy\r\n')],
    ['greeted with 554', (socket: Socket) => void socket.end('554 5.7.1 not here\r\n')],
    ['greeted with garbage', (socket: Socket) => void socket.end('SSH-2.0\r\n')],
  ])('one where we are %s is followed by the next at once', async (_, misbehave) => {
    const sink = await aSink();
    if (misbehave !== null) await another(SILENT, sink.port, misbehave);
    const startedAt = performance.now();
    // Had it to wait for a share, it would wait for three seconds.
    const provider = smtpToRelay(sink.port, [SILENT, SOUND], { timeoutMs: 30_000 });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  });

  it('of both families, in the resolver’s order', async () => {
    const sink = await aSink();
    const six = await another('::1', sink.port, () => {});
    const provider = smtpToRelay(sink.port, ['::1', SOUND], { timeoutMs: 2_000 });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(six.connections).toBe(1);
  });

  it('one that greets slowly is still taken where the other is silent', async () => {
    const sink = await aSink();
    let slow = (): void => {};
    const silent = await another(SILENT, sink.port, () => slow());
    // Its greeting comes once the other address has been tried, too.
    await another('127.0.0.4', sink.port, (socket) => {
      const upstream = connect(sink.port, SOUND);
      onTestFinished(() => void upstream.destroy());
      upstream.on('error', () => {});
      slow = () => void socket.pipe(upstream).pipe(socket);
    });
    const provider = smtpToRelay(sink.port, ['127.0.0.4', SILENT], { timeoutMs: 1_500 });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(silent.connections).toBe(1);
  });

  it('all silent: timed_out within the time of one attempt', async () => {
    const sink = await aSink();
    for (const address of [SILENT, '127.0.0.3', '127.0.0.4']) await another(address, sink.port, () => {});
    const startedAt = performance.now();
    const provider = smtpToRelay(sink.port, [SILENT, '127.0.0.3', '127.0.0.4'], { timeoutMs: 600 });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'timed_out', phase: 'greeting', error: 'no answer within 600 ms' });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(sink.connections).toBe(0);
  });

  it('all refused: transport_failed, and each is named', async () => {
    const sink = await aSink();
    const result = await smtpToRelay(sink.port, [SILENT, '127.0.0.3']).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'connect', reply: null });
    expect(result.error).toMatch(/ECONNREFUSED 127\.0\.0\.2.*; .*ECONNREFUSED 127\.0\.0\.3/);
  });

  it('what a server said is told of, whatever befell the other addresses', async () => {
    const sink = await aSink();
    await another(SILENT, sink.port, (socket) => void socket.end('554 5.7.1 not you\r\n'));
    const result = await smtpToRelay(sink.port, [SILENT, '127.0.0.3']).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'greeting', reply: { code: 554, enhanced: '5.7.1' } });
  });
});

it('a single address has all of the time', async () => {
  const sink = await aSink({ connect: () => new Promise((resolve) => setTimeout(() => resolve(null), 3_500)) });
  expect(await smtpTo(sink, { timeoutMs: 20_000 }).send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
});

describe('the resolver', () => {
  it('one that is down for a while does not stop what it has resolved before', async () => {
    const sink = await aSink();
    let lookups = 0;
    const lookup = () => (++lookups === 1 ? Promise.resolve([SOUND]) : Promise.reject(new Error('getaddrinfo EAI_AGAIN relay.test')));
    const provider = smtpTo({ host: 'relay.test', port: sink.port }, { lookup, maxConnections: 1, idleMs: 1 });
    while (sink.connections < 3) expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(lookups).toBe(3);
  });

  it('one that never answers costs the time of the attempt, and one look-up however many wait for it', async () => {
    let lookups = 0;
    const lookup = () => {
      lookups++;
      return new Promise<never>(() => {});
    };
    const provider = smtpTo({ host: 'relay.test', port: 25 }, { lookup, timeoutMs: 300, maxConnections: 4 });
    const results = await Promise.all(Array.from({ length: 4 }, () => provider.send(aMail())));
    expect(results.map(({ outcome, phase }) => `${outcome} ${phase}`)).toEqual(Array.from({ length: 4 }, () => 'timed_out connect'));
    expect(lookups).toBe(1);
  });
});

/** An address where connections are neither taken nor refused: a process listens there that never accepts, and its queue is full. */
async function aBlackHole(port: number): Promise<string> {
  const address = '127.0.0.5';
  const script = `require('node:net').createServer().listen({ port: ${port}, host: '${address}', backlog: 1 }, () => {
    process.stdout.write('listening');
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  // Linux queues one more than it was asked to, and drops the packets of whoever comes then.
  for (;;) {
    const socket = connect(port, address);
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    const taken = await Promise.race([once(socket, 'connect'), new Promise<null>((resolve) => setTimeout(() => resolve(null), 300))]);
    if (taken === null) return address;
  }
}
