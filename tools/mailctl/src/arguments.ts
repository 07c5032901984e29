import { InvalidArgumentError, Option, type Command } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** `90s`, `1h30m`, `7d`; in ms. `null` for anything else. */
function durationMs(text: string): number | null {
  if (!DURATION.test(text)) return null;
  return [...text.matchAll(/([\d.]+)(ms|s|m|h|d)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}

/** @throws InvalidArgumentError unless it is a duration above zero. */
export function parseDuration(text: string): number {
  const ms = durationMs(text);
  if (ms === null || ms <= 0) throw new InvalidArgumentError('It must be a duration such as 2s, 1m30s or 7d.');
  return ms;
}

/** A time, or how long ago; as RFC 3339. */
export function parseTime(text: string): string {
  const ago = durationMs(text);
  if (ago !== null) return new Date(Date.now() - ago).toISOString();
  if (!/^\d{4}-\d\d-\d\d(T|$)/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('It must be a time such as 2026-01-02T03:04:05Z or 2026-01-02, or how long ago, such as 2h.');
  }
  return new Date(text).toISOString();
}

/** A time to come, or in how long; as RFC 3339. */
export function parseExpiry(text: string): string {
  const ahead = durationMs(text);
  return ahead === null ? parseTime(text) : new Date(Date.now() + ahead).toISOString();
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

/** One of these, or several with commas between, again and again. */
export function oneOrMore(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices).argParser((text: string, before: readonly string[] | undefined) => {
    const unknown = text.split(',').find((word) => !choices.includes(word));
    if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is not one of ${choices.join(', ')}.`);
    return [...(before ?? []), ...text.split(',')];
  });
}

export function parseTag(text: string, before: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be a name and a value, such as tenant=blue.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

export function parseObject(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new InvalidArgumentError('It must be a JSON object, such as \'{"title":"Hello"}\'.');
}

const shownExamples = new WeakMap<Command, readonly string[]>();

/** Shows these beneath the command's help, and in its reference. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  shownExamples.set(command, examples);
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', `\n${title}:\n${examples.map((example) => `  $ ${example}\n`).join('')}`);
}

export function examplesOf(command: Command): readonly string[] {
  return shownExamples.get(command) ?? [];
}
