import { parse, stringify } from 'yaml';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};
const DURATION = /^(?:\d+(?:ms|[smhdwy]))+$/;
/** Strings, which stay; what stands in brackets: a range, or a subquery's range and step; an offset. */
const TIMED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[([^\]]*)\]|\boffset\s+(-?)(\w+)/g;
/** Of a range, a step or a wait: below it, scrapes come too rarely to be in it. */
const LEAST_MS = 100;

/** A duration of Prometheus, shorter by the factor. Throws where it is none. */
export function scaleDuration(text: string, factor: number): string {
  const trimmed = text.trim();
  if (!DURATION.test(trimmed)) throw new Error(`"${text}" is no duration that Prometheus understands`);
  const ms = [...trimmed.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNIT_MS[unit] ?? NaN),
    0,
  );
  if (ms === 0) return '0s';
  const scaled = Math.round(ms / factor);
  if (scaled < LEAST_MS)
    throw new Error(`${trimmed} is ${scaled} ms at 1/${factor} of its length, and too short to be seen: choose a smaller factor`);
  return `${scaled}ms`;
}

/** Ranges, steps and offsets of an expression, shorter by the factor; all else stays, thresholds in seconds too. */
export function scaleExpression(expr: string, factor: number): string {
  return expr.replace(TIMED, (whole: string, range?: string, sign?: string, offset?: string) => {
    if (range !== undefined) {
      const [length = '', ...step] = range.split(':');
      return `[${[scaleDuration(length, factor), ...step.map((each) => (each === '' ? '' : scaleDuration(each, factor)))].join(':')}]`;
    }
    return offset === undefined ? whole : `offset ${sign ?? ''}${scaleDuration(offset, factor)}`;
  });
}

interface RuleFile {
  readonly groups: readonly (Readonly<Record<string, unknown>> & { readonly rules: readonly Readonly<Record<string, unknown>>[] })[];
}

/** Every key of a group or a rule that says how long. */
const LONG = ['for', 'keep_firing_for', 'interval', 'query_offset'];

/**
 * Rules in which every time is shorter by the factor: `for` and its like, ranges, steps and offsets. Nothing else is changed: names,
 * labels, thresholds and what is compared are those of the file.
 */
export function scaleRules(text: string, factor: number): string {
  const times = (entry: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(entry).map(([key, value]) => [key, LONG.includes(key) ? scaleDuration(String(value), factor) : value]),
    );
  const { groups, ...rest } = parse(text) as RuleFile;
  return stringify({
    ...rest,
    groups: groups.map((group) => ({
      ...times(group),
      rules: group.rules.map((rule) => ({ ...times(rule), expr: scaleExpression(String(rule['expr']), factor) })),
    })),
  });
}
