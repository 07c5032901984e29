import type { ResendPlan } from '@mail/client';
import { useState } from 'react';
import { ask } from '../../api/ask.js';
import { useAnswer } from '../../api/use-answer.js';
import { Answer } from '../../ui/answer.js';
import { Chip } from '../../ui/chip.js';
import { Confirm } from '../../ui/confirm.js';
import { Copyable } from '../../ui/copyable.js';
import { Facts } from '../../ui/facts.js';
import { Notice } from '../../ui/notice.js';
import { Page, Section } from '../../ui/page.js';
import { When } from '../../ui/when.js';
import { number, plural, spoken } from '../../words.js';
import { Bars } from './bars.js';
import { Progress } from './progress.js';
import { filterWords } from './resend-plans.js';

type Act = 'start' | 'pause' | 'cancel';

/** Which orders a plan takes, by its status. */
const ACTS: Readonly<Record<ResendPlan['status'], readonly Act[]>> = {
  planning: ['cancel'],
  ready: ['start', 'cancel'],
  running: ['pause', 'cancel'],
  paused: ['start', 'cancel'],
  done: [],
  cancelled: [],
};

/** One plan: its set, how far it has come, and start, pause or cancel. */
export function OnePlan({ id }: { readonly id: string }) {
  const plan = useAnswer<ResendPlan>(`resend-plans/${encodeURIComponent(id)}`, { everyMs: 1000 });
  return (
    <Page title="Resend plan" aside={plan.data === undefined ? null : <Chip of={plan.data.status} />}>
      <Answer of={plan} lines={10}>
        {(it) => (
          <>
            <Now plan={it} />
            <div className="columns three">
              <Bars title="By template" of={it.counts.by_template.map(({ template_id, count }) => [template_id ?? 'rendered', count])} />
              <Bars title="By age" of={it.counts.by_age.map(({ age, count }) => [spoken(age), count])} />
              <Bars
                title="By last outcome"
                of={it.counts.by_last_outcome.map(({ outcome, count }) => [spoken(outcome ?? 'no attempt'), count])}
              />
            </div>
            <div className="columns">
              <Left title="Left out when the set was frozen" of={it.not_resendable} />
              <Left title="Could not be sent when its turn came" of={it.failed_by_reason} />
            </div>
            <About plan={it} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Now({ plan }: { readonly plan: ResendPlan }) {
  const [asking, setAsking] = useState<Act | null>(null);
  return (
    <section className="explained" data-tone="wait" aria-label="How far it has come">
      <p className="summary">{situation(plan)}</p>
      {plan.frozen_at !== null && <Progress of={plan} />}
      <ul className="orders">
        {ACTS[plan.status].map((act) => (
          <li key={act}>
            <button type="button" className={{ start: 'primary', pause: '', cancel: 'danger' }[act]} onClick={() => setAsking(act)}>
              {{ start: plan.status === 'paused' ? 'Go on…' : 'Start…', pause: 'Pause…', cancel: 'Cancel…' }[act]}
            </button>
          </li>
        ))}
      </ul>
      {asking !== null && <OrderDialog plan={plan} act={asking} onClose={() => setAsking(null)} />}
    </section>
  );
}

function situation({ status, resendable, total, pending, rate_per_second, end_reason, resent }: ResendPlan): string {
  switch (status) {
    case 'planning':
      return 'The scheduler is freezing its set of deliveries.';
    case 'ready':
      return `Ready: ${number(resendable)} of ${plural(total, 'delivery', 'deliveries')} can be sent again. Nothing is sent before it is started.`;
    case 'running':
      return `Running: ${number(pending)} still to come, ${number(rate_per_second)} a second at most.`;
    case 'paused':
      return `Paused: ${number(pending)} still to come, and nothing is sent.`;
    case 'done':
      return `Done: ${plural(resent, 'delivery was', 'deliveries were')} sent again.`;
    case 'cancelled':
      return `Cancelled (${spoken(end_reason ?? 'cancelled')}): ${plural(resent, 'delivery was', 'deliveries were')} sent again before.`;
  }
}

const WHAT: Readonly<Record<Act, (plan: ResendPlan) => string>> = {
  start: ({ pending, rate_per_second }) =>
    `${plural(pending, 'delivery is', 'deliveries are')} sent again, ${number(rate_per_second)} a second at most: about ${plural(Math.ceil(pending / rate_per_second), 'second')}. It can be paused.`,
  pause: () => 'Nothing more is sent until it is started again. What was sent again stays so.',
  cancel: ({ pending }) =>
    `It ends for good: ${plural(pending, 'delivery is', 'deliveries are')} not sent again. What was sent again stays so.`,
};

function OrderDialog({ plan, act, onClose }: { readonly plan: ResendPlan; readonly act: Act; readonly onClose: () => void }) {
  return (
    <Confirm<ResendPlan>
      title={{ start: 'Start this plan?', pause: 'Pause this plan?', cancel: 'Cancel this plan?' }[act]}
      act={{ start: 'Start', pause: 'Pause', cancel: 'Cancel the plan' }[act]}
      isDangerous={act === 'cancel'}
      order={({ operator }) => ask(`resend-plans/${plan.plan_id}/${act}`, { method: 'POST', operator })}
      done={({ status }) => (
        <p>
          It is <Chip of={status} />
        </p>
      )}
      onClose={onClose}
    >
      <p>{WHAT[act](plan)}</p>
    </Confirm>
  );
}

const OBSTACLES: Readonly<Record<string, string>> = {
  content_purged: 'a secret of it was wiped',
  expired: 'past its expiry',
  already_resent: 'sent again before',
  no_recipients: 'everybody has accepted it',
  gone: 'deleted by retention',
  error: 'cannot be stored: a defect, see the log of the scheduler',
  not_terminal: 'has not ended',
};

function Left({ title, of }: { readonly title: string; readonly of: ResendPlan['not_resendable'] }) {
  const entries = Object.entries(of);
  if (entries.length === 0) return null;
  return <Bars title={title} of={entries.map(([reason, count]) => [OBSTACLES[reason] ?? reason, count])} />;
}

function About({ plan }: { readonly plan: ResendPlan }) {
  return (
    <Section title="Facts">
      {plan.status === 'ready' && plan.resendable === 0 && <Notice tone="warn" title="Nothing of it can be sent again." />}
      <Facts
        of={[
          [
            'Filter',
            <code key="filter" className="wrap">
              {filterWords(plan.filter)}
            </code>,
          ],
          ['Made by', plan.operator],
          ['Made', <When key="made" at={plan.created_at} long />],
          ['Frozen', plan.frozen_at === null ? null : <When at={plan.frozen_at} long />],
          ['Started', plan.started_at === null ? null : <When at={plan.started_at} long />],
          ['Done about', plan.eta_at === null ? null : <When at={plan.eta_at} long />],
          ['Ended', plan.ended_at === null ? null : <When at={plan.ended_at} long />],
          ['Rate', `${number(plan.rate_per_second)} a second`],
          ['New expiry', plan.expires_at === null ? null : <When at={plan.expires_at} long />],
          ['Resent before', plan.include_resent ? 'included' : 'left out'],
          ['Plan', <Copyable key="id" text={plan.plan_id} what="plan id" />],
        ]}
      />
    </Section>
  );
}
