// The caller of a contender, in a process of its own. Called with the contender's name, the door (for the service) and the surroundings as JSON.
import { setTimeout as pause } from 'node:timers/promises';
import { httpProducer, streamProducer } from '../contenders/our-producers.ts';
import { isPeer } from '../contenders/contender-names.ts';
import type { ContenderName } from '../contenders/contender-names.ts';
import { peers } from '../peers/index.ts';
import type { Job, Producer, Surroundings } from '../peers/peer.ts';
import { benchMail } from '../world/bench-mail.ts';
import type { MailKind } from '../world/bench-mail.ts';
import { serveCommands } from '../world/control.ts';
import { monotonicMs } from '../world/monotonic-ms.ts';

/** Mails from a number on. */
export interface Range {
  readonly from: number;
  readonly count: number;
}

/** By the monotonic clock, in ms. */
export interface Span {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** What each call of the contender's bulk form gets. */
const CHUNK = 500;

const [name, door, json] = process.argv.slice(2) as [ContenderName, 'stream' | 'http', string];
const surroundings = JSON.parse(json) as Surroundings;

function open(): Promise<Producer> | Producer {
  if (isPeer(name)) return peers[name].openProducer(surroundings);
  const mode = name === 'ours' ? 'template' : 'rendered';
  return door === 'stream' ? streamProducer(surroundings, mode) : httpProducer(surroundings, mode);
}

const producer = await open();
const job = (number: number, kind: MailKind): Job => ({ mail: benchMail(number, kind), kind });

async function spanOf(work: () => Promise<void>): Promise<Span> {
  const startedMs = monotonicMs();
  await work();
  return { startedMs, endedMs: monotonicMs() };
}

/** In chunks, one after the other. */
function many({ from, count }: Range): Promise<Span> {
  return spanOf(async () => {
    for (let at = 0; at < count; at += CHUNK) {
      await producer.addMany(Array.from({ length: Math.min(CHUNK, count - at) }, (_, index) => job(from + at + index, 'mail')));
    }
  });
}

/** One by one, by so many callers side by side. */
function oneByOne({ from, count, callers }: Range & { callers: number }): Promise<Span> {
  let next = from;
  const call = async (): Promise<void> => {
    while (next < from + count) {
      next += 1;
      await producer.addOne(job(next - 1, 'mail'));
    }
  };
  return spanOf(async () => void (await Promise.all(Array.from({ length: callers }, call))));
}

/** At a steady rate, whatever becomes of them; when each was begun, by number. */
async function steadily({ from, count, perSecond, kind }: Range & { perSecond: number; kind: MailKind }): Promise<Record<string, number>> {
  const begun: Record<string, number> = {};
  const handingOver: Promise<void>[] = [];
  const startMs = monotonicMs();
  for (let index = 0; index < count; index += 1) {
    await pause(Math.max(0, startMs + (index * 1000) / perSecond - monotonicMs()));
    const mail = job(from + index, kind);
    begun[from + index] = monotonicMs();
    handingOver.push(producer.addOne(mail));
  }
  await Promise.all(handingOver);
  return begun;
}

await serveCommands({ many, oneByOne, steadily });
process.once('SIGTERM', () => {
  void producer.close().finally(() => process.exit(0));
});
