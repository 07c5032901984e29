import type { Attempt } from '@mail/client';
import { Empty } from '../../ui/answer.js';
import { Chip } from '../../ui/chip.js';
import { Section } from '../../ui/page.js';
import { When } from '../../ui/when.js';
import { absolute, duration } from '../../words.js';

interface Step {
  readonly name: string;
  readonly at: string | null;
  /** By whom, or where. */
  readonly note?: string | null;
}

/** A worker takes an attempt and starts it in one statement, so that these two are one time. */
export function stepsOf({ scheduled_at, claimed_at, started_at, finished_at, worker_id, phase }: Attempt): Step[] {
  return [
    { name: 'Scheduled', at: scheduled_at },
    { name: 'Claimed', at: claimed_at, note: claimed_at === null ? null : 'by the scheduler' },
    { name: 'Taken, started', at: started_at, note: worker_id === null ? null : `by ${worker_id}` },
    { name: 'Ended', at: finished_at, note: phase === null || finished_at === null ? null : `at ${phase}` },
  ];
}

/** What was tried, the newest first: when each step was, and how long after the one before. */
export function Attempts({ of }: { readonly of: readonly Attempt[] }) {
  return (
    <Section title="Attempts">
      {of.length === 0 && <Empty title="No attempt was made, and none will be." />}
      <ol className="attempts" reversed>
        {of.toReversed().map((attempt) => (
          <li key={attempt.attempt_id}>
            <OneAttempt attempt={attempt} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function OneAttempt({ attempt }: { readonly attempt: Attempt }) {
  const steps = stepsOf(attempt);
  const reply = attempt.smtp_reply ?? attempt.error;
  return (
    <article aria-label={`Attempt ${attempt.number}`}>
      <header>
        <h3>Attempt {attempt.number}</h3>
        <Chip of={attempt.outcome ?? attempt.status} />
        <When at={attempt.finished_at ?? attempt.started_at ?? attempt.claimed_at ?? attempt.scheduled_at} />
      </header>
      <ol className="steps">
        {steps.map(({ name, at, note = null }, index) => (
          <li key={name} data-reached={at !== null && (index > 0 || attempt.status !== 'scheduled')}>
            <span className="step-name">{name}</span>
            {at === null ? (
              <span className="quiet">{attempt.status === 'ended' ? 'never' : 'not yet'}</span>
            ) : (
              <time dateTime={at} title={absolute(at)}>
                {at.slice(11, 23)}
                {after(steps[index - 1]?.at ?? null, at)}
              </time>
            )}
            {note !== null && <code className="step-note">{note}</code>}
          </li>
        ))}
      </ol>
      {reply !== null && (
        <p className="reply">
          <code className="wrap">{reply}</code>
        </p>
      )}
    </article>
  );
}

const after = (before: string | null, at: string): string => {
  const ms = before === null ? 0 : Date.parse(at) - Date.parse(before);
  return ms > 0 ? ` +${duration(ms)}` : '';
};
