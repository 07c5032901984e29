import type { Mutant } from './mutant.ts';

/** Each breaks one promise that the suite is there to hold. */
export const mutants: readonly Mutant[] = [
  {
    id: 'offset-first',
    what: 'the offset is stored in a transaction of its own, before what it stands for',
    apps: ['stream-consumer'],
    edits: [
      {
        file: 'apps/stream-consumer/dist/accept-commands.js',
        find: 'const write = () => database.transaction(',
        put: `await advanceStreamOffset(database, lease, { lastId: last.id, accepted: entries.length, replayed: 0, malformed: 0 }, leaseTtlMs);
        const write = () => database.transaction(`,
      },
      {
        file: 'apps/stream-consumer/dist/accept-commands.js',
        find: 'const moved = await advanceStreamOffset(client, lease, { lastId: last.id, ...counts }, leaseTtlMs);',
        put: 'const moved = true;',
      },
    ],
    scenarios: ['consumer-killed-before-commit'],
    signs: ['lost'],
  },
  {
    id: 'answer-before-commit',
    what: 'HTTP answers 202 before its commit',
    apps: ['intake-api'],
    edits: [
      {
        file: 'apps/intake-api/dist/accept-together.js',
        find: 'const acceptance = await commits.submit({ candidate, bytes });',
        put: `if (candidate.preparation.ok) {
                const { deliveryId } = candidate.preparation.delivery;
                void commits.submit({ candidate, bytes }).then(() => due.notify(1), () => undefined);
                return { kind: 'accepted', deliveryId, outcome: 'queued', replayed: false, lane: 1 };
            }
            const acceptance = await commits.submit({ candidate, bytes });`,
      },
    ],
    scenarios: ['intake-killed-before-insert'],
    signs: ['lost'],
  },
  {
    id: 'asynchronous-commit',
    what: 'a commit is answered before it is on disk',
    apps: ['intake-api', 'stream-consumer'],
    edits: [
      {
        file: 'libs/persistence/dist/connection/session-settings.js',
        find: "synchronous_commit: 'on',",
        put: "synchronous_commit: 'off',",
      },
    ],
    scenarios: ['postgres-foreign-settings'],
    signs: ['lost'],
  },
  {
    id: 'new-message-id',
    what: 'each attempt has a Message-ID of its own',
    apps: ['attempt-worker'],
    edits: [
      {
        file: 'apps/attempt-worker/dist/render-mail.js',
        find: 'messageId: attempt.message_id,',
        put: "messageId: attempt.number === 1 ? attempt.message_id : attempt.message_id.replace('<', '<' + attempt.number + '.'),",
      },
    ],
    scenarios: ['worker-killed-before-record'],
    signs: ['not the same mail'],
  },
  {
    id: 'new-date',
    what: 'each attempt has the Date of its sending',
    apps: ['attempt-worker'],
    edits: [{ file: 'apps/attempt-worker/dist/render-mail.js', find: 'date: attempt.created_at,', put: 'date: new Date(),' }],
    scenarios: ['worker-killed-before-record'],
    signs: ['not the same mail'],
  },
  {
    id: 'recorded-before-sent',
    what: 'an attempt is recorded as accepted, and sent after that',
    apps: ['attempt-worker'],
    edits: [
      {
        file: 'apps/attempt-worker/dist/perform-attempt.js',
        find: `const result = !rendered.ok
        ? renderFailed(attempt, rendered.error)
        : await (span === null || phases === null
            ? provider.send(rendered.mail, phases, onMaskedLate)
            : traceSending(span, phases, () => provider.send(rendered.mail, phases, onMaskedLate)));
    return {`,
        put: `const reply = { code: 250, enhanced: null, text: 'sent' };
    const recipients = openRecipients(attempt.recipients, attempt.on_uncertain).map(({ position }) => ({ position, answer: 'accepted', reply }));
    const result = { outcome: 'provider_accepted', phase: 'final', reply, recipients, finalDotSent: true, error: null };
    return { later: () => rendered.ok && provider.send(rendered.mail),`,
      },
      {
        file: 'apps/attempt-worker/dist/perform-attempt.js',
        find: 'await options.record({ ...rest, attempt, result, span }).finally(() => written.resolve());',
        put: `await options.record({ ...rest, attempt, result, span }).finally(() => written.resolve());
    await rest.later();`,
      },
    ],
    scenarios: ['worker-killed-after-record'],
    signs: ['never sent', 'lost'],
  },
  {
    id: 'short-claim',
    what: 'an attempt counts as lost while its worker still sends it',
    apps: ['scheduler'],
    edits: [
      {
        file: 'apps/scheduler/dist/scheduler.js',
        find: 'const staleAfterMs = smtp.timeoutMs + scheduler.claimMarginMs;',
        put: 'const staleAfterMs = 100;',
      },
    ],
    scenarios: ['smtp-slow-in-time'],
    signs: ['doubled'],
  },
  {
    id: 'no-fence',
    what: 'a consumer writes though its lease has passed to another',
    apps: ['stream-consumer'],
    edits: [
      {
        file: 'libs/persistence/dist/statements/stream-lease.js',
        find: 'where stream = $1 and fencing_token = $2::bigint and last_id = $3\n',
        put: 'where stream = $1 and $2::bigint is not null and $3::text is not null\n',
      },
    ],
    scenarios: ['consumer-frozen-past-lease'],
    signs: ['consumed twice', 'offset astray'],
  },
  {
    id: 'accepted-again',
    what: 'a retry goes to every recipient, accepted ones too',
    apps: ['attempt-worker', 'scheduler'],
    edits: [
      {
        file: 'libs/domain/dist/settle-attempt.js',
        find: "return recipients.filter(({ outcome }) => outcome === 'pending' || (outcome === 'uncertain' && onUncertain === 'retry'));",
        put: `const open = recipients.filter(({ outcome }) => outcome === 'pending' || (outcome === 'uncertain' && onUncertain === 'retry'));
    return open.length === 0 ? [] : recipients.filter(({ outcome }) => outcome !== 'refused');`,
      },
    ],
    scenarios: ['smtp-partial'],
    signs: ['doubled'],
  },
  {
    id: 'key-forgotten',
    what: 'an idempotency key that is known makes a delivery all the same',
    apps: ['intake-api', 'stream-consumer'],
    edits: [
      {
        file: 'libs/persistence/dist/statements/accept-deliveries.js',
        find: 'where idempotency_keys.expires_at <= now()\n',
        put: 'where true or idempotency_keys.expires_at <= now()\n',
      },
      {
        file: 'libs/persistence/dist/statements/accept-deliveries.js',
        find: '> now()) is not true\n',
        put: '> now()) is not true or true\n',
      },
    ],
    scenarios: ['intake-killed-after-insert'],
    signs: ['doubled', 'more than one delivery'],
  },
  {
    id: 'hold-ignored',
    what: 'a mail that may be out is sent again, though its command says to hold it',
    apps: ['attempt-worker', 'scheduler'],
    edits: [
      {
        file: 'libs/domain/dist/settle-attempt.js',
        find: "outcome === 'pending' || (outcome === 'uncertain' && onUncertain === 'retry')",
        put: "outcome === 'pending' || outcome === 'uncertain'",
      },
    ],
    scenarios: ['smtp-lost-reply'],
    signs: ['doubled'],
  },
  {
    id: 'retried-while-listening',
    what: 'a mail is sent again while its session may still hear that it was taken',
    apps: ['attempt-worker'],
    edits: [
      {
        file: 'libs/domain/dist/settle-attempt.js',
        find: 'if (delayMs === null || listening !== true || state.urgent)',
        put: 'if (delayMs !== undefined)',
      },
    ],
    scenarios: ['smtp-reply-in-overtime'],
    signs: ['doubled'],
  },
  {
    id: 'held-is-void',
    what: 'an outcome that cannot be written, since another transaction holds the delivery, counts as settled by another',
    apps: ['attempt-worker'],
    edits: [{ file: 'apps/attempt-worker/dist/record-attempts.js', find: 'if (one?.locked === true)', put: 'if (false)' }],
    scenarios: ['postgres-rows-held'],
    signs: ['doubled'],
  },
  {
    id: 'uncertain-is-refused',
    what: 'a mail whose worker was lost counts as refused for good',
    apps: ['scheduler'],
    edits: [
      {
        file: 'libs/domain/dist/settle-attempt.js',
        find: ".map(({ position }) => ({ position, answer: 'uncertain', reply: null })),",
        put: ".map(({ position }) => ({ position, answer: 'permanent', reply: null })),",
      },
    ],
    scenarios: ['worker-killed-after-take'],
    signs: ['given up'],
  },
  {
    id: 'unasked-replies-answer',
    what: 'a reply that nobody asked for answers the next command',
    apps: ['attempt-worker'],
    edits: [
      {
        file: 'libs/provider/dist/smtp/smtp-session.js',
        find: 'const unasked = replies[this.#due];',
        put: 'const unasked = undefined; this.#due = Math.max(this.#due, replies.length);',
      },
    ],
    scenarios: ['smtp-unasked-replies'],
    signs: ['given up'],
  },
];
