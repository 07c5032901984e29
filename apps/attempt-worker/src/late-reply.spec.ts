import { eventually, type SinkAnswer } from '@mail/testing';
import { expect, it } from 'vitest';
import { specWorker, type Accepted } from '../testing/spec-worker.js';

/** A mail whose reply to the final dot comes after the time-out, and says this. */
async function overdue(told: SinkAnswer, accepted: Accepted = {}) {
  const answers: ((answer: SinkAnswer) => void)[] = [];
  const script = { final: () => new Promise<SinkAnswer>((resolve) => answers.push(resolve)) };
  const { accept, events, perform, sink, stands } = await specWorker({ script, timeoutMs: 400 });
  const id = await accept(accepted);
  await perform();
  const before = await stands(id);
  answers[0]?.(told);
  await eventually('the late reply is written', () => events.includes('late_reply_recorded'));
  return { before, after: await stands(id), copies: sink.messages.length };
}

it('a server that accepts a mail after the time-out gets one copy, and the delivery ends as sent', async () => {
  const { before, after, copies } = await overdue(null);
  expect(before).toMatchObject({ is: 'queued', attempts: ['uncertain', 'scheduled'], next: { number: 2, position: 2 } });
  expect(before?.next?.wait_s).toBeGreaterThan(590);
  expect(after).toEqual({ is: 'provider_accepted', attempts: ['provider_accepted', 'cancelled'], next: null });
  expect(copies).toBe(1);
});

it('a late acceptance turns a delivery that was held as uncertain into sent', async () => {
  const { before, after } = await overdue(null, { onUncertain: 'hold' });
  expect(before).toEqual({ is: 'on_uncertain_hold', attempts: ['uncertain'], next: null });
  expect(after).toEqual({ is: 'provider_accepted', attempts: ['provider_accepted'], next: null });
});

it('a late refusal for good ends the delivery as failed, and cancels the retry', async () => {
  const { after } = await overdue('554 5.6.0 not this');
  expect(after).toEqual({ is: 'permanent_rejected', attempts: ['permanent_rejected', 'cancelled'], next: null });
});

it('a late refusal for now leaves the mail to its retry', async () => {
  const { after } = await overdue('451 4.3.0 later');
  expect(after).toMatchObject({ is: 'queued', attempts: ['transient_rejected', 'scheduled'] });
});

it('urgent mail keeps to the retry schedule', async () => {
  const { before } = await overdue(null, { urgent: true });
  expect(before?.next?.wait_s).toBeLessThan(75);
});
