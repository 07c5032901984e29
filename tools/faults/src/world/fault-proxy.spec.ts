import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mail/testing';
import { afterEach, expect, it } from 'vitest';
import { openFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

interface Backend {
  readonly port: number;
  /** All that came in, over all connections. */
  heard(): string;
}

/** Answers each chunk by `<name>:` and itself, unless it is told what to do with a connection. */
async function backend(name = 'echo', serve?: (socket: Socket) => void): Promise<Backend> {
  let heard = '';
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (serve) return serve(socket);
    socket.on('data', (chunk) => {
      heard += String(chunk);
      socket.write(`${name}:${String(chunk)}`);
    });
    socket.on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard: () => heard };
}

async function proxyTo(port: number): Promise<FaultProxy> {
  const proxy = await openFaultProxy(port);
  endings.push(() => proxy.close());
  return proxy;
}

interface Caller {
  readonly socket: Socket;
  got(): string;
  /** Of the error that broke the connection. */
  readonly broken: Promise<string | undefined>;
}

function call(port: number): Caller {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  endings.push(() => socket.destroy());
  let got = '';
  socket.on('data', (chunk) => (got += String(chunk)));
  const broken = new Promise<string | undefined>((resolve) => {
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
    socket.on('close', () => resolve(undefined));
  });
  return { socket, got: () => got, broken };
}

const answer = (caller: Caller, text: string): Promise<void> => eventually(text, () => caller.got().includes(text)).then(() => undefined);

it('what is said passes both ways', async () => {
  const { port } = await proxyTo((await backend()).port);
  const caller = call(port);
  caller.socket.write('one');
  await answer(caller, 'echo:one');
});

it('refused: open connections are reset, and so are new ones, until it passes again', async () => {
  const proxy = await proxyTo((await backend()).port);
  const open = call(proxy.port);
  open.socket.write('one');
  await answer(open, 'echo:one');
  proxy.mode('refuse');
  expect(await open.broken).toBe('ECONNRESET');
  expect(await call(proxy.port).broken).toBe('ECONNRESET');
  proxy.mode('pass');
  const again = call(proxy.port);
  again.socket.write('two');
  await answer(again, 'echo:two');
});

it('hanging: nothing passes on old and new connections, and all of it once they pass again', async () => {
  const { port, heard } = await backend();
  const proxy = await proxyTo(port);
  const open = call(proxy.port);
  open.socket.write('one');
  await answer(open, 'echo:one');
  proxy.mode('hang');
  open.socket.write('two');
  const late = call(proxy.port);
  late.socket.write('three');
  await once(late.socket, 'connect');
  // Had it passed, another that came later would not have been first.
  const beside = await proxyTo(port);
  const passing = call(beside.port);
  passing.socket.write('four');
  await answer(passing, 'echo:four');
  expect(heard()).toBe('onefour');
  proxy.mode('pass');
  await answer(open, 'echo:two');
  await answer(late, 'echo:three');
});

it('a reset breaks what is open, says how much that was, and lets new connections pass', async () => {
  const proxy = await proxyTo((await backend()).port);
  const open = [call(proxy.port), call(proxy.port)];
  for (const caller of open) {
    caller.socket.write('one');
    await answer(caller, 'echo:one');
  }
  expect(proxy.reset()).toBe(2);
  expect(await Promise.all(open.map(({ broken }) => broken))).toEqual(['ECONNRESET', 'ECONNRESET']);
  const again = call(proxy.port);
  again.socket.write('two');
  await answer(again, 'echo:two');
});

it('new connections go to the new target, old ones stay', async () => {
  const proxy = await proxyTo((await backend('first')).port);
  const old = call(proxy.port);
  old.socket.write('one');
  await answer(old, 'first:one');
  proxy.target((await backend('second')).port);
  const fresh = call(proxy.port);
  fresh.socket.write('two');
  await answer(fresh, 'second:two');
  old.socket.write('three');
  await answer(old, 'first:three');
});

it('cut before: the server never hears the bytes, the connection is reset, and the next one says them in peace', async () => {
  const { port, heard } = await backend();
  const proxy = await proxyTo(port);
  const cut = proxy.cut({ bytes: 'fatal', side: 'before' });
  const caller = call(proxy.port);
  caller.socket.write('harmless');
  await answer(caller, 'echo:harmless');
  caller.socket.write('a fatal word');
  await cut;
  expect(await caller.broken).toBe('ECONNRESET');
  const again = call(proxy.port);
  again.socket.write('fatal again');
  await answer(again, 'echo:fatal again');
  expect(heard()).toBe('harmlessfatal again');
});

it('cut after: the server has heard the bytes, and its answer never comes', async () => {
  const { port, heard } = await backend();
  const proxy = await proxyTo(port);
  const cut = proxy.cut({ bytes: 'fatal', side: 'after' });
  const caller = call(proxy.port);
  caller.socket.write('a fatal word');
  await cut;
  expect(await caller.broken).toBe('ECONNRESET');
  expect(caller.got()).toBe('');
  expect(heard()).toBe('a fatal word');
});

it('cut by silence, before: the connection stays open, and the server hears the bytes once it passes again', async () => {
  const { port, heard } = await backend();
  const proxy = await proxyTo(port);
  const cut = proxy.cut({ bytes: 'fatal', side: 'before', how: 'hang' });
  const caller = call(proxy.port);
  caller.socket.write('a fatal word');
  await cut;
  const other = call(proxy.port);
  other.socket.write('another');
  await answer(other, 'echo:another');
  expect(heard()).toBe('another');
  expect(caller.socket.readyState).toBe('open');
  proxy.mode('pass');
  await answer(caller, 'echo:a fatal word');
});

it('cut by silence, after: the server has heard the bytes, and its answer comes once it passes again', async () => {
  const { port, heard } = await backend();
  const proxy = await proxyTo(port);
  const cut = proxy.cut({ bytes: 'fatal', side: 'after', how: 'hang' });
  const caller = call(proxy.port);
  caller.socket.write('a fatal word');
  await cut;
  expect(heard()).toBe('a fatal word');
  expect(caller.got()).toBe('');
  expect(caller.socket.readyState).toBe('open');
  proxy.mode('pass');
  await answer(caller, 'echo:a fatal word');
});

const LARGE = 24 * 1024 * 1024;

it('an answer to one who has nothing more to say arrives whole, however slowly it is read', async () => {
  const { port } = await backend('', (socket) => socket.resume().on('end', () => socket.end(Buffer.alloc(LARGE))));
  const proxy = await proxyTo(port);
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  endings.push(() => socket.destroy());
  let bytes = 0;
  socket.end('a question');
  for await (const chunk of socket) {
    bytes += (chunk as Buffer).length;
    // The server has long finished by then.
    if (bytes < 1024 * 1024) await pause(1);
  }
  expect(bytes).toBe(LARGE);
});

it('a server that has nothing more to say is still told the rest', async () => {
  let told = '';
  const { port } = await backend('', (socket) => socket.on('data', (chunk) => (told += String(chunk))).end('a greeting'));
  const caller = call((await proxyTo(port)).port);
  await once(caller.socket, 'end');
  caller.socket.end('the rest');
  await eventually('the rest', () => told === 'the rest');
  expect(caller.got()).toBe('a greeting');
});

it('a reader that does not read holds the writer up', async () => {
  let taken = 0;
  const chunk = Buffer.alloc(256 * 1024);
  const { port } = await backend('', (socket) => {
    const write = (): void => {
      for (; taken < LARGE; taken += chunk.length)
        if (!socket.write(chunk)) return void socket.once('drain', () => ((taken += chunk.length), write()));
      socket.end();
    };
    write();
  });
  const proxy = await proxyTo(port);
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  endings.push(() => socket.destroy());
  await once(socket, 'connect');
  for (let unchanged = 0; unchanged < 20;) {
    const before = taken;
    await pause(10);
    unchanged = taken === before ? unchanged + 1 : 0;
  }
  expect(taken).toBeLessThan(LARGE);
  let bytes = 0;
  for await (const part of socket) bytes += (part as Buffer).length;
  expect(bytes).toBe(LARGE);
});
