import type { MailSystem } from './mail-system.js';

/** Callers who do not care what is being upgraded: they try again, at whichever intake answers, with the same key. */
export interface SteadyTraffic {
  /** The keys of what has been handed over, or is being. */
  readonly keys: readonly string[];
  /** Where intakes listen now. */
  urls: readonly string[];
  /** Hands over one command of the template, by HTTP or by the stream, and answers once it is acknowledged. */
  hand(key: string, door: 'http' | 'stream'): Promise<void>;
  stop(): Promise<void>;
}

const SOURCE = 'rehearsal';
const TRY_WITHIN_MS = 60_000;

/** One command each `everyMs`, through both doors in turn, until it is stopped. */
export function steadyTraffic(system: MailSystem, template: string, everyMs: number): SteadyTraffic {
  const keys: string[] = [];
  const underWay = new Set<Promise<void>>();
  const command = (key: string) => ({
    to: [`${key}@example.com`],
    content: { mode: 'template', template_id: template, locale: 'en', variables: { title: `Title of ${key}`, body: `Body of ${key}` } },
  });
  const post = async (key: string): Promise<void> => {
    const body = JSON.stringify({ source: SOURCE, ...command(key) });
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const untilMs = performance.now() + TRY_WITHIN_MS;
    while (performance.now() < untilMs) {
      for (const url of traffic.urls) {
        const answer = await fetch(`${url}/api/v1/internal/deliveries`, { method: 'POST', headers, body }).catch(() => null);
        if (answer?.status === 202) return;
        if (answer !== null && answer.status !== 503) throw new Error(`${key} was answered ${answer.status}: ${await answer.text()}`);
      }
    }
    throw new Error(`nobody took ${key}`);
  };
  const traffic: SteadyTraffic = {
    keys,
    urls: [system.url],
    async hand(key, door) {
      keys.push(key);
      if (door === 'http') return post(key);
      await system.add(SOURCE, key, command(key));
    },
    async stop() {
      clearInterval(ticking);
      await Promise.all(underWay);
    },
  };
  let count = 0;
  const ticking = setInterval(() => {
    count += 1;
    const handing = traffic.hand(`steady-${count}`, count % 2 === 0 ? 'http' : 'stream');
    underWay.add(handing);
    // What fails stays, for whoever stops us.
    void handing.then(() => underWay.delete(handing)).catch(() => {});
  }, everyMs);
  return traffic;
}
