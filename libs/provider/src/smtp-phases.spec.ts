import type { SmtpPhase } from '@mail/domain';
import type { SinkAnswer } from '@mail/testing';
import { expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';
import { PhaseTimes } from './phase-times.js';

const auth = { username: 'mailer', password: 'secret' };
const TRANSACTION: readonly SmtpPhase[] = ['mail', 'rcpt', 'data', 'body', 'final'];

interface Told {
  readonly phase: SmtpPhase;
  readonly enteredAtMs: number;
  readonly tookMs: number;
}
function told(times: PhaseTimes): Told[] {
  const all: Told[] = [];
  times.forEach((phase, enteredAtMs, tookMs) => all.push({ phase, enteredAtMs, tookMs }));
  return all;
}
const phases = (times: PhaseTimes) => told(times).map(({ phase }) => phase);

it('a new connection enters each phase from connecting to the final reply, a kept one those of the mail alone', async () => {
  const provider = smtpTo(await aSink({ auth }), auth);
  const [first, second] = [new PhaseTimes(), new PhaseTimes()];
  await provider.send(aMail(), first);
  await provider.send(aMail(), second);
  expect(phases(first)).toEqual(['connect', 'greeting', 'ehlo', 'starttls', 'ehlo', 'auth', ...TRANSACTION]);
  expect(phases(second)).toEqual(TRANSACTION);
});

it('the phases follow one another without a gap, and together are the dialogue', async () => {
  const times = new PhaseTimes();
  const before = performance.now();
  await smtpTo(await aSink({ auth }), auth).send(aMail(), times);
  const tookMs = performance.now() - before;
  const all = told(times);
  all.slice(1).forEach(({ enteredAtMs }, index) => {
    const previous = all[index];
    expect(enteredAtMs).toBeCloseTo((previous?.enteredAtMs ?? 0) + (previous?.tookMs ?? 0), 6);
  });
  expect(all.every((phase) => phase.tookMs >= 0)).toBe(true);
  expect(all.reduce((sum, phase) => sum + phase.tookMs, 0)).toBeLessThanOrEqual(tookMs);
});

const HELD_MS = 300;
const held = (): Promise<SinkAnswer> => new Promise((resolve) => setTimeout(() => resolve(null), HELD_MS));
it.each([
  ['greeting', { connect: held }],
  ['mail', { mail: held }],
  ['rcpt', { rcpt: held }],
  ['data', { data: held }],
  ['final', { final: held }],
] as const)('the time for which a server holds back is that of its phase: %s', async (phase, script) => {
  const times = new PhaseTimes();
  await smtpTo(await aSink({ ...script, tls: 'none' })).send(aMail(), times);
  // A server that was sent DATA with RCPT holds back from then on, and a timer counts from the turn in which it was set.
  expect(told(times).find((each) => each.phase === phase)?.tookMs).toBeGreaterThanOrEqual(HELD_MS / 2);
});

it('an attempt that fails has the time of the phase in which it did, and none of those after', async () => {
  const nobody = new PhaseTimes();
  await smtpTo({ host: '127.0.0.1', port: 1 }).send(aMail(), nobody);
  expect(phases(nobody)).toEqual(['connect']);
  const silent = new PhaseTimes();
  await smtpTo(await aRawServer(() => undefined), { timeoutMs: 300 }).send(aMail(), silent);
  expect(phases(silent)).toEqual(['connect', 'greeting']);
  expect(told(silent).at(-1)?.tookMs).toBeGreaterThan(100);
  const refused = new PhaseTimes();
  await smtpTo(await aSink({ data: () => '451 4.3.0 later' })).send(aMail(), refused);
  expect(phases(refused).at(-1)).toBe('data');
});
