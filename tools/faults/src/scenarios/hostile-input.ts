import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import type { Scenario } from '../scenario.ts';

const MIB = 1024 * 1024;
const LARGEST = 5 * MIB;
const CALLERS = 80;
/** Of 384 MiB that the chart gives it. */
const MOST_RESIDENT_MIB = 300;

const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',');

/** Each was once more than the consumer could get past, or than it had time for. */
const HOSTILE: readonly (readonly [name: string, command: string])[] = [
  ['126 000 unknown names', `{${numbered(126_000)}}`],
  ['members named __proto__', `{"x":[${Array.from({ length: 65_000 }, () => '{"__proto__":0}').join(',')}]}`],
  ['5 MB of names', `{${numbered(400_000)}}`],
  ['a million levels', '['.repeat(1_000_000)],
  ['a number of 5 MB', `{"x":${'9'.repeat(5_000_000)}}`],
];

/** The most memory that a process has had resident so far, in MiB; `null` where the system does not tell. */
function peakMemory(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return peak === undefined ? null : Number(peak) / 1024;
}

interface StalledCaller {
  readonly socket: Socket;
  /** Nothing, while the service waits for the last byte. */
  answer(): string;
}

/** Hands over all of a large command but its last byte. */
function stall(api: string, body: Buffer, key: string): StalledCaller {
  const { hostname, port } = new URL(api);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('error', () => undefined);
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')));
  const head = ['content-type: application/json', `idempotency-key: ${key}`, `content-length: ${body.length}`];
  socket.write(`POST /api/v1/internal/deliveries HTTP/1.1\r\nhost: ${hostname}\r\n${head.join('\r\n')}\r\n\r\n`);
  socket.write(body.subarray(0, -1));
  return { socket, answer: () => answer };
}

export const hostileInputScenarios: readonly Scenario[] = [
  {
    id: 'intake-bodies-that-never-end',
    component: 'intake-api',
    fault: `${CALLERS} callers stall one byte before the end of 5 MiB, under load`,
    async run(stage) {
      const { api, apps } = stage.world;
      // Long enough that none is cut off before all have stalled.
      const { pid } = await apps.restart('intake-api', {
        MAIL_INTERNAL_HTTP_READ_TIMEOUT: '60s',
        MAIL_INTERNAL_HTTP_READ_HEADER_TIMEOUT: '60s',
      });
      const traffic = stage.traffic(20, { door: 'http' });
      const body = Buffer.from(JSON.stringify({ x: 'x'.repeat(LARGEST - 8) }));
      stage.faulted();
      const callers = Array.from({ length: CALLERS }, (_, index) => stall(api, body, `stalled-${index}`));
      const sent = (): boolean => callers.every(({ socket, answer }) => answer() !== '' || socket.writableLength === 0);
      await stage.until('all have stalled, or were told to come back', sent);
      await stage.send(20, { door: 'http' });
      const told = callers.filter(({ answer }) => answer() !== '');
      const overloaded = told.filter(({ answer }) => answer().startsWith('HTTP/1.1 503 ') && /^retry-after: /im.test(answer()));
      stage.check(
        overloaded.length === told.length,
        `${told.length - overloaded.length} were answered otherwise than by 503 and Retry-After`,
      );
      stage.check(overloaded.length > CALLERS / 2, `only ${overloaded.length} of ${CALLERS} were told to come back later`);
      const peak = peakMemory(pid);
      stage.check(peak === null || peak <= MOST_RESIDENT_MIB, `the intake took ${Math.round(peak ?? 0)} MiB`);
      for (const { socket } of callers) socket.destroy();
      await traffic.stop();
    },
  },
  {
    id: 'consumer-hostile-entries',
    component: 'stream-consumer',
    fault: 'Entries with more names, levels and digits than can be looked at, between good ones',
    short: true,
    async run(stage) {
      const { redis, stream, query } = stage.world;
      const keys = HOSTILE.map((_, index) => `hostile-${index}-of-${stage.tag}`);
      await stage.send(10, { door: 'stream' });
      stage.faulted();
      for (const [index, [, command]] of HOSTILE.entries()) {
        await redis.client.xadd(stream, '*', 'source', 'hostile', 'idempotency_key', keys[index] ?? '', 'command', command);
        await stage.send(2, { door: 'stream' });
      }
      await stage.settled();
      const recorded = () =>
        query<{ idempotency_key: string; length: number }>(
          `select idempotency_key, octet_length(reason) + octet_length(faults::text) as length from malformed_commands
          where idempotency_key = any($1)`,
          [keys],
        );
      await stage.until('each is recorded as malformed', async () => (await recorded()).length === keys.length);
      for (const { idempotency_key, length } of await recorded()) {
        const name = HOSTILE[keys.indexOf(idempotency_key)]?.[0] ?? '';
        stage.check(length < 64 * 1024, `${name}: the record has ${length} bytes of reasons`);
      }
    },
  },
];
