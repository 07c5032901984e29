/** What a word means to whoever looks: never said by its colour alone, each has a shape. */
export type Tone = 'ok' | 'bad' | 'warn' | 'busy' | 'wait' | 'off';

const TONES: Readonly<Record<string, Tone>> = {
  // Deliveries.
  queued: 'wait',
  sending: 'busy',
  sent: 'ok',
  failed: 'bad',
  dead_letter: 'bad',
  uncertain: 'warn',
  suppressed: 'off',
  cancelled: 'off',
  superseded: 'off',
  expired: 'warn',
  // Attempts.
  scheduled: 'wait',
  claimed: 'wait',
  in_progress: 'busy',
  ended: 'off',
  provider_accepted: 'ok',
  transient_rejected: 'warn',
  permanent_rejected: 'bad',
  transport_failed: 'warn',
  timed_out: 'warn',
  render_failed: 'bad',
  // Recipients.
  pending: 'wait',
  accepted: 'ok',
  refused: 'bad',
  abandoned: 'off',
  // Resend plans.
  planning: 'busy',
  ready: 'wait',
  running: 'busy',
  paused: 'warn',
  done: 'ok',
};

export const toneOf = (word: string): Tone => TONES[word] ?? 'off';
