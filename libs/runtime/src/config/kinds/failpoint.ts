import { kind, type Kind } from './kind.js';

export const FAILPOINT_ACTIONS = ['kill', 'stop', 'error', 'hang'] as const;
export type FailpointAction = (typeof FAILPOINT_ACTIONS)[number];

/** A place at which a process breaks on purpose. */
export interface Failpoint {
  /** `<statement>.before`, `<statement>.after`, `commit.before` or `commit.after`. */
  readonly point: string;
  /** At which passing of the point, from 1. */
  readonly hit: number;
  readonly action: FailpointAction;
}

const SHAPE = /^([a-z_]+\.(?:before|after))(?:@([1-9]\d{0,5}))?=([a-z]+)$/;

/** Reads `record_settlements.before=kill`, or with the passing at which it acts, `commit.after@3=error`. */
export function failpoint(): Kind<Failpoint> {
  return kind(`a place and an action, such as commit.after@2=kill (${FAILPOINT_ACTIONS.join(', ')})`, (text) => {
    const [, point = '', hit = '1', name] = SHAPE.exec(text) ?? [];
    const action = FAILPOINT_ACTIONS.find((known) => known === name);
    return action === undefined ? null : { value: { point, hit: Number(hit), action } };
  });
}
