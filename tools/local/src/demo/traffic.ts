import type { Command } from './command.ts';
import { kinds } from './kinds.ts';

/** One entry of the stream, as it is added. */
export interface StreamEntry {
  readonly source: string;
  readonly idempotencyKey: string;
  /** JSON, but for a malformed one. */
  readonly command: string;
}

/** A command that must become exactly one delivery. */
export interface Asked {
  readonly kind: string;
  readonly source: string;
  readonly idempotencyKey: string;
  readonly command: Command;
}

export interface Traffic {
  readonly entries: readonly StreamEntry[];
  readonly asked: readonly Asked[];
  readonly duplicates: number;
  /** By idempotency key: the code that the refusal must have. */
  readonly malformed: ReadonlyMap<string, string>;
}

export const SOURCE = 'demo';

/** The same command as another program might write it: other order, same meaning. */
function reordered(command: Command): string {
  return JSON.stringify(Object.fromEntries(Object.entries(command).toReversed()));
}

/**
 * The stream's traffic of one run: `count` entries, of which one is a duplicate and two are malformed, spread among the others.
 * @param run goes into every idempotency key, so that runs do not meet
 */
export function traffic(run: string, count: number): Traffic {
  const key = (name: string | number): string => `${run}-${name}`;
  const asked = Array.from({ length: count - 3 }, (_, n): Asked => {
    const kind = kinds[n % kinds.length];
    if (kind === undefined) throw new Error('There are no kinds of mail.');
    return { kind: kind.name, source: SOURCE, idempotencyKey: key(n), command: kind.make(n) };
  });
  const entries: StreamEntry[] = asked.map(({ idempotencyKey, command }) => ({
    source: SOURCE,
    idempotencyKey,
    command: JSON.stringify(command),
  }));
  const again = asked[1];
  if (again === undefined) throw new Error('There are too few commands.');
  const notJson = { source: SOURCE, idempotencyKey: key('not-json'), command: '{"to":["cut@short.example"],"content":{' };
  const noTemplate = {
    source: SOURCE,
    idempotencyKey: key('no-template'),
    command: JSON.stringify({ to: ['a@players.example'], content: { mode: 'template', template_id: 'no.such_template', variables: {} } }),
  };
  entries.splice(Math.floor(count * 0.75), 0, { source: SOURCE, idempotencyKey: again.idempotencyKey, command: reordered(again.command) });
  entries.splice(Math.floor(count * 0.5), 0, noTemplate);
  entries.splice(Math.floor(count * 0.25), 0, notJson);
  return {
    entries,
    asked,
    duplicates: 1,
    malformed: new Map([
      [notJson.idempotencyKey, 'malformed_json'],
      [noTemplate.idempotencyKey, 'unknown_template'],
    ]),
  };
}
