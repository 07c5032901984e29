import {
  dependsOnOthers,
  isRefusedAlone,
  openRecipients,
  resultMask,
  tellTrouble,
  type AttemptResult,
  type LatelyMet,
  type ResultMask,
  type SecretKeys,
} from '@mail/domain';
import type { TakenAttempt } from '@mail/persistence';
import { PhaseTimes, type MailProvider } from '@mail/provider';
import { switchedOn, type Span } from '@mail/runtime';
import type { FindTemplateVersion } from '@mail/runtime/template-versions';
import { traceAttempt, traceRendering, traceSending } from './attempt-trace.js';
import { openAttemptSecrets } from './open-attempt-secrets.js';
import type { HeldAttempt } from './record-late-replies.js';
import { renderMail } from './render-mail.js';

/** A taken attempt with what came of it. */
export interface PerformedAttempt {
  readonly attempt: TakenAttempt;
  readonly result: AttemptResult;
  /** From the attempt's start to its result, in ms, by a monotonic clock. */
  readonly tookMs: number;
  /** How much of it was rendering. */
  readonly renderedMs: number;
  /** The phases of the SMTP dialogue; `null` while nothing is measured or traced. */
  readonly phases: PhaseTimes | null;
  /** To be ended once the outcome is written; `null` while nothing is traced. */
  readonly span: Span | null;
}

/** A taken attempt that a failure of ours kept from being begun: no byte of it went out. */
export interface NotBegun {
  readonly attempt: TakenAttempt;
  readonly error: unknown;
  readonly span: Span | null;
}

export interface PerformAttemptOptions {
  readonly findVersion: FindTemplateVersion;
  readonly provider: MailProvider;
  /** What secret variables may be sealed with. */
  readonly secretKeys: SecretKeys;
  /** What others, and the delivery, met in the last minutes: asked where a refusal may be everybody's. */
  readonly latelyMet: (deliveryId: string) => Promise<LatelyMet>;
  /** Settles and writes the result. */
  readonly record: (performed: PerformedAttempt) => Promise<void>;
  /** Settles and writes what an overdue reply says. */
  readonly recordLate: (attempt: HeldAttempt, result: AttemptResult) => void;
  readonly giveBack: (notBegun: NotBegun) => Promise<void>;
}

/** Open, render, send, settle, record. */
export async function performAttempt(attempt: TakenAttempt, options: PerformAttemptOptions): Promise<void> {
  const span = traceAttempt(attempt);
  const written = Promise.withResolvers<void>();
  let sent: Sent;
  try {
    sent = await openRenderAndSend(attempt, span, options, whenWritten(held(attempt), written.promise, options.recordLate));
  } catch (error) {
    return options.giveBack({ attempt, error, span });
  }
  const { mask, ...rest } = sent;
  // Servers repeat what they refuse: masked before anything is stored, logged or traced of it.
  const said = mask(rest.result);
  const result = tellTrouble(said, dependsOnOthers(said) && (await isAlone(attempt, options)));
  await options.record({ ...rest, attempt, result, span }).finally(() => written.resolve());
}

type Sent = Pick<PerformedAttempt, 'result' | 'tookMs' | 'renderedMs' | 'phases'> & { readonly mask: ResultMask };

/** Rejects where no byte of the mail went out. */
async function openRenderAndSend(
  attempt: TakenAttempt,
  span: Span | null,
  { findVersion, provider, secretKeys }: PerformAttemptOptions,
  onLate: (late: AttemptResult) => void,
): Promise<Sent> {
  const startedAtMs = performance.now();
  const secrets = openAttemptSecrets(attempt, secretKeys);
  const mask = resultMask(secrets);
  const onMaskedLate = maskedBefore(mask, onLate);
  const render = () => renderMail(attempt, secrets, findVersion);
  const rendered = await (span === null ? render() : traceRendering(span, render));
  const renderedMs = performance.now() - startedAtMs;
  const phases = switchedOn.metrics || switchedOn.traces ? new PhaseTimes() : null;
  const result = !rendered.ok
    ? renderFailed(attempt, rendered.error)
    : await (span === null || phases === null
        ? provider.send(rendered.mail, phases, onMaskedLate)
        : traceSending(span, phases, () => provider.send(rendered.mail, phases, onMaskedLate)));
  return { result, tookMs: performance.now() - startedAtMs, renderedMs, phases, mask };
}

/** What is not known is taken for trouble: the mail is tried again, and asked about then. */
async function isAlone({ delivery_id }: TakenAttempt, { latelyMet }: PerformAttemptOptions): Promise<boolean> {
  try {
    return isRefusedAlone(await latelyMet(delivery_id));
  } catch {
    return false;
  }
}

/** What an overdue reply needs of its attempt. It may be waited for long, beside many others: its content is not kept for it. */
const held = ({ attempt_id, delivery_id, token, number, traceparent }: TakenAttempt): HeldAttempt => ({
  attempt_id,
  delivery_id,
  token,
  number,
  traceparent,
});

/** In a function of its own, so that it keeps nothing else. */
const maskedBefore =
  (mask: ResultMask, onLate: (late: AttemptResult) => void) =>
  (late: AttemptResult): void =>
    onLate(mask(late));

/** In a function of its own, so that it keeps nothing else. A late result needs the uncertain one before it. */
function whenWritten(attempt: HeldAttempt, written: Promise<void>, recordLate: PerformAttemptOptions['recordLate']) {
  return (late: AttemptResult): void => void written.then(() => recordLate(attempt, tellTrouble(late, false)));
}

function renderFailed({ recipients, on_uncertain }: TakenAttempt, error: string): AttemptResult {
  return {
    outcome: 'render_failed',
    phase: 'render',
    reply: null,
    recipients: openRecipients(recipients, on_uncertain).map(({ position }) => ({ position, answer: 'untried', reply: null })),
    finalDotSent: false,
    error,
  };
}
