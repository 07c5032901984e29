import type { Acceptance, ShownMalformedCommand } from '@mail/client';
import { useState } from 'react';
import { ask } from '../../api/ask.js';
import { useAnswer } from '../../api/use-answer.js';
import { Link } from '../../router.js';
import { Answer } from '../../ui/answer.js';
import { Confirm } from '../../ui/confirm.js';
import { Copyable } from '../../ui/copyable.js';
import { Facts } from '../../ui/facts.js';
import { Notice } from '../../ui/notice.js';
import { Page, Section } from '../../ui/page.js';
import { When } from '../../ui/when.js';
import { bytes, spoken } from '../../words.js';

/** One command that was refused: why, what it was, and another try. */
export function OneMalformed({ id }: { readonly id: string }) {
  const found = useAnswer<ShownMalformedCommand>(`malformed-commands/${encodeURIComponent(id)}`);
  const [isAsking, setAsking] = useState(false);
  return (
    <Page
      title="Malformed command"
      aside={
        found.data !== undefined && (
          <button type="button" className="primary" onClick={() => setAsking(true)}>
            Replay…
          </button>
        )
      }
    >
      <Answer of={found}>
        {(command) => (
          <>
            <Why command={command} />
            <div className="columns">
              <About command={command} />
              <What command={command.command} size={command.raw_bytes} />
            </div>
            {isAsking && <Replay id={id} onClose={() => setAsking(false)} />}
          </>
        )}
      </Answer>
    </Page>
  );
}

function Why({ command: { code, reason, faults, replayed_at, delivery_id } }: { readonly command: ShownMalformedCommand }) {
  return (
    <>
      {replayed_at !== null && delivery_id !== null && (
        <Notice tone="ok" title="It was replayed">
          <p>
            <When at={replayed_at} />, as <Link to={`deliveries/${delivery_id}`}>delivery …{delivery_id.slice(-12)}</Link>.
          </p>
        </Notice>
      )}
      <Notice tone="bad" title={spoken(code)}>
        <p>{reason}</p>
        {faults.length > 0 && (
          <ul className="faults">
            {faults.map(({ pointer, detail }) => (
              <li key={`${pointer} ${detail}`}>
                <code>{pointer === '' ? 'the whole' : pointer}</code> {detail}
              </li>
            ))}
          </ul>
        )}
      </Notice>
    </>
  );
}

function About({ command }: { readonly command: ShownMalformedCommand }) {
  return (
    <Section title="Entry">
      <Facts
        of={[
          ['Refused', <When key="at" at={command.created_at} long />],
          ['Source', command.source],
          ['Idempotency key', command.idempotency_key === null ? null : <Copyable key="key" text={command.idempotency_key} what="key" />],
          ['Stream', <code key="stream">{`${command.stream}, incarnation ${command.incarnation}`}</code>],
          ['Entry', <Copyable key="entry" text={command.entry_id} what="entry id" />],
          ['Size', bytes(command.raw_bytes)],
          ['SHA-256', command.sha256 === null ? null : <code className="wrap">{command.sha256}</code>],
          ['Id', <Copyable key="id" text={command.malformed_id} what="id" />],
        ]}
      />
    </Section>
  );
}

function What({ command, size }: { readonly command: unknown; readonly size: number }) {
  return (
    <Section title="Command, its secrets masked">
      {command === null ? (
        <p className="note">
          It cannot be read as a command, so that nothing of its {bytes(size)} is shown: there might be a secret in it.
        </p>
      ) : (
        <pre className="code" tabIndex={0} aria-label="Command">
          {JSON.stringify(command, null, 2)}
        </pre>
      )}
    </Section>
  );
}

function Replay({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  return (
    <Confirm<Acceptance>
      title="Replay this command?"
      act="Replay"
      order={({ operator }) => ask(`malformed-commands/${encodeURIComponent(id)}/replay`, { method: 'POST', operator })}
      done={({ delivery_id, outcome }) => (
        <p>
          It was accepted: {spoken(outcome)}. <Link to={`deliveries/${delivery_id}`}>Open the delivery</Link>
        </p>
      )}
      onClose={onClose}
    >
      <p>
        The entry is tried again as it came, under its own key, with today’s templates. It becomes one delivery at most, however often it is
        replayed.
      </p>
      <p>Where what was wrong is wrong still, it is refused again, and nothing happens.</p>
    </Confirm>
  );
}
