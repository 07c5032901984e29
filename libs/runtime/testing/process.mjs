// A process under `runProcess` that does what its argument says. It logs where it has got to, and goes on at a line on standard input.
import console from 'node:console';
import { once } from 'node:events';
import process from 'node:process';
import { catalogFault, runProcess, serviceUnavailable } from '../src/index.ts';

const [, , behaviour] = process.argv;
const line = () => once(process.stdin, 'data');

const boots = {
  async ordinary({ logger }) {
    return { drain: async () => void logger.info({ event: 'drained' }) };
  },
  async traced() {
    const { trace } = await import('@opentelemetry/api');
    const http = await import('node:http');
    // An instrumented module, and a span of our own.
    const server = http.createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const [response] = await once(http.get({ port: server.address().port, agent: false }), 'response');
    await once(response.resume(), 'end');
    trace.getTracer('spec').startSpan('spec.span').end();
    return { drain: async () => void server.close() };
  },
  async garbage({ logger }) {
    const { getHeapSpaceStatistics } = await import('node:v8');
    // Each is held for a while, as the entries of a batch are.
    const held = [];
    for (let made = 0; made < 3_000_000; made += 1) held[made % 20_000] = { made, text: `${made}`.repeat(8) };
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    logger.info({ event: 'collected', young_bytes: young.physical_space_size, held: held.length });
    return { drain: async () => undefined };
  },
  async serviceDown() {
    throw serviceUnavailable('PostgreSQL (MAIL_POSTGRES_PRIMARY_DSN)', new Error('connect to postgres://mail:hunter2@db/mail failed'));
  },
  async badCatalog() {
    throw catalogFault(['templates/a/en/body.mjml:3: an unclosed tag', 'templates/b/manifest.json:1: not JSON']);
  },
  async bug() {
    throw new TypeError('undefined is not a function');
  },
  async warned() {
    console.warn('[WARN] a library says %s', 'postgres://mail:hunter2@db/mail');
    process.emitWarning('SECURITY WARNING: something is deprecated', 'DeprecationWarning');
    return { drain: async () => undefined };
  },
  async slowStart({ logger }) {
    logger.info({ event: 'booting' });
    await line();
    return { drain: async () => void logger.info({ event: 'drained' }) };
  },
  async failingStart({ logger }) {
    logger.info({ event: 'booting' });
    await line();
    throw serviceUnavailable('PostgreSQL', new Error('gone'));
  },
  async endlessStart({ logger }) {
    logger.info({ event: 'booting' });
    return new Promise(() => undefined);
  },
  async slowDrain({ logger }) {
    return {
      async drain() {
        logger.info({ event: 'draining' });
        await line();
      },
    };
  },
  async failingDrain() {
    return { drain: () => Promise.reject(new Error('the pool would not close')) };
  },
  async lateRejection() {
    void line().then(() => Promise.reject(new Error('forgotten')));
    return { drain: async () => undefined };
  },
  async lateException() {
    process.stdin.once('data', () => {
      throw new Error('thrown in a callback');
    });
    return { drain: async () => undefined };
  },
};

await runProcess('scheduler', boots[behaviour]);
