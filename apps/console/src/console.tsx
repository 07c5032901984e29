import type { Stats } from '@mail/client';
import { useState } from 'react';
import { useAnswer } from './api/use-answer.js';
import { useLive } from './live.js';
import { useOperator } from './operator.js';
import { Boundary } from './ui/boundary.js';
import { Icon, type IconName } from './ui/icon.js';
import { Notice } from './ui/notice.js';
import { pageAt } from './pages/page-at.js';
import { Link, usePlace } from './router.js';
import { KeyHelp } from './keys/key-help.js';
import { useKeys } from './keys/use-keys.js';
import { NameDialog } from './name-dialog.js';

const PAGES: readonly (readonly [string, string, IconName])[] = [
  ['', 'Overview', 'overview'],
  ['deliveries', 'Deliveries', 'deliveries'],
  ['dead-letters', 'Dead letters', 'dead_letters'],
  ['malformed-commands', 'Malformed', 'malformed'],
  ['resend-plans', 'Resend plans', 'plans'],
  ['templates', 'Templates', 'templates'],
  ['operator-actions', 'Audit trail', 'actions'],
];

const STATS_EVERY_MS = 60_000;

/** The frame around every page. */
export function Console() {
  const place = usePlace();
  const [dialog, setDialog] = useState<'keys' | 'name' | null>(null);
  useKeys(() => setDialog('keys'));
  const [room = ''] = place.segments;
  return (
    <>
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <header className="bar">
        <Link to="" className="brand">
          <img src="/console/icon.svg" alt="" width="22" height="22" />
          Mail Service <span className="host">{location.host}</span>
        </Link>
        <div className="bar-tools">
          <PauseButton />
          <OperatorButton onClick={() => setDialog('name')} />
          <button
            type="button"
            className="icon-button keys-button"
            aria-label="Keyboard"
            title="Keyboard (?)"
            onClick={() => setDialog('keys')}
          >
            <Icon name="keyboard" />
          </button>
        </div>
      </header>
      <nav className="rooms" aria-label="Pages of the console">
        {PAGES.map(([to, name, icon]) => (
          <Link key={to} to={to} aria-current={room === to ? 'page' : undefined}>
            <Icon name={icon} />
            {name}
          </Link>
        ))}
      </nav>
      <main id="page" tabIndex={-1}>
        <StubBanner />
        <Boundary key={place.segments.join('/')}>{pageAt(place)}</Boundary>
      </main>
      {dialog === 'keys' && <KeyHelp onClose={() => setDialog(null)} />}
      {dialog === 'name' && <NameDialog onClose={() => setDialog(null)} />}
    </>
  );
}

/** On every page: what is shown as sent was not. */
function StubBanner() {
  const { data } = useAnswer<Stats>('stats', { everyMs: STATS_EVERY_MS });
  if (data?.smtp_mode !== 'stub') return null;
  return (
    <Notice tone="warn" title="Stub mode: nothing is sent">
      <p>
        Mails are shown as sent, and login codes as suppressed, but no mail server is asked. To send mail, set{' '}
        <code>MAIL_SMTP_MODE=smtp</code> and <code>MAIL_SMTP_ADDR</code>.
      </p>
    </Notice>
  );
}

function PauseButton() {
  const { isPaused, setPaused } = useLive();
  return (
    <button type="button" className="quiet-button pause" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
      <Icon name={isPaused ? 'play' : 'pause'} />
      {isPaused ? 'Paused' : 'Live'}
      <span className="unseen">: {isPaused ? 'refresh again' : 'pause refreshing'}</span>
    </button>
  );
}

function OperatorButton({ onClick }: { readonly onClick: () => void }) {
  const operator = useOperator();
  return (
    <button type="button" className="quiet-button operator" onClick={onClick}>
      <Icon name="person" />
      <span className="unseen">You are </span>
      <span className="operator-name">{operator === '' ? 'Your name' : operator}</span>
    </button>
  );
}
