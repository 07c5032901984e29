import { describe, expect, it, test } from 'vitest';
import type { AttemptOutcome, AttemptResult, RecipientAnswer, SmtpPhase, SmtpReply } from './attempt.js';
import { dependsOnOthers, isRefusedAlone, providerTrouble, tellTrouble } from './provider-trouble.js';

/** `454 4.7.0 later`, as a server says it. */
function reply(line: string): SmtpReply {
  const [, code, enhanced, text] = /^(\d{3})(?: (\d\.\d+\.\d+))?(?: (.*))?$/.exec(line) ?? [];
  return { code: Number(code), enhanced: enhanced ?? null, text: text ?? '' };
}

const EVERYWHERE: readonly SmtpPhase[] = ['mail', 'rcpt', 'data', 'body', 'final'];

describe('a refusal that is trouble with the provider wherever it is said', () => {
  test.each([
    // RFC 5321 3.8
    '421 4.3.2 Service shutting down',
    '421 Too many concurrent SMTP connections',
    '421 4.7.0 Try again later, closing connection.',
    // RFC 4954, RFC 5248
    '530 5.7.0 Authentication required',
    '530 5.5.1 Authentication Required.',
    '530 Must issue a STARTTLS command first',
    '530 5.7.57 Client not authenticated to send mail',
    '534 5.7.9 Application-specific password required',
    '535 5.7.8 Username and Password not accepted',
    '535 5.7.3 Authentication unsuccessful',
    '535 Authentication Credentials Invalid',
    '538 5.7.11 Encryption required for requested authentication mechanism',
    '432 4.7.12 A password transition is needed',
    '525 5.7.13 User Account Disabled',
    '550 5.7.8 Bad credentials',
    // Throttles
    '454 4.7.0 Temporary authentication failure',
    '454 Throttling failure: Maximum sending rate exceeded.',
    '454 Throttling failure: Daily message quota exceeded.',
    '454 4.7.1 <a@example.com>: Relay access denied',
    '450 4.7.1 Error: too much mail from 192.0.2.1',
    '451 4.7.500 Server busy. Please try again later',
    '451 4.7.1 Please try again later',
    '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded',
    '451 4.3.2 System not accepting network messages',
    '450 4.2.1 Peak SMTP relay limit exceeded for customer.',
    '452 Too many recipients received this hour (throttled)',
    '450 too frequent connects from 192.0.2.1, please try again later.',
    '451 Rate limit exceeded',
    '550 5.4.5 Daily SMTP relay sending limit exceeded for customer',
  ])('%s', (line) => {
    expect(EVERYWHERE.map((phase) => providerTrouble(reply(line), phase))).toEqual(EVERYWHERE.map(() => 'always'));
  });
});

describe('a refusal that is trouble at MAIL and RCPT, by what its words say', () => {
  test.each([
    '550 Unauthenticated senders not allowed',
    '451 Authentication failed: Maximum credits exceeded',
    '503 AUTH first (#5.5.1)',
    '503 5.5.1 Error: need AUTH command',
    '550 authentication required',
  ])('%s', (line) => {
    expect(['mail', 'rcpt', 'data', 'final'].map((phase) => providerTrouble(reply(line), phase as SmtpPhase))).toEqual([
      'always',
      'always',
      'no',
      'no',
    ]);
  });
});

describe('a refusal to relay is trouble unless others succeed, and only at MAIL and RCPT', () => {
  test.each([
    '554 5.7.1 <a@example.com>: Relay access denied',
    '550 5.7.1 Unable to relay',
    '550 5.7.64 TenantAttribution; Relay Access Denied',
    '550 5.7.0 Mail relay denied',
    '550 5.7.60 Client does not have permissions to send as this sender',
    '553 5.7.1 Sender address rejected: not owned by user',
    '550 relay not permitted',
    '551 Relaying denied',
    '553 sorry, that domain is not in my list of allowed rcpthosts (#5.7.1)',
  ])('%s', (line) => {
    expect(EVERYWHERE.map((phase) => providerTrouble(reply(line), phase))).toEqual([
      'unless_others_succeed',
      'unless_others_succeed',
      'no',
      'no',
      'no',
    ]);
  });
});

describe('a refusal of the mail itself is no trouble', () => {
  test.each([
    '550 5.1.1 no such user',
    '550 5.1.0 Sender rejected',
    '550 No such user here',
    '450 4.2.1 mailbox busy',
    '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages',
    '451 4.3.0 later',
    '452 4.2.2 over quota',
    '452 4.3.1 Insufficient system storage',
    '452 4.5.3 Too many recipients',
    '552 5.2.2 mailbox full',
    '552 5.3.4 too big',
    '554 5.6.0 not this content',
    '250 2.0.0 ok',
    '250 2.7.0 accepted',
  ])('%s', (line) => {
    expect(EVERYWHERE.map((phase) => providerTrouble(reply(line), phase))).toEqual(EVERYWHERE.map(() => 'no'));
  });
});

interface Told {
  readonly outcome: AttemptOutcome;
  readonly phase: SmtpPhase;
  readonly recipients: readonly (readonly [RecipientAnswer, string | null])[];
  readonly error?: string;
  /** Which recipient's reply decided; `null`: none did. */
  readonly decided?: number | null;
}
function result({ outcome, phase, recipients, error, decided = 0 }: Told): AttemptResult {
  const told = recipients.map(([answer, line], position) => ({ position, answer, reply: line === null ? null : reply(line) }));
  return {
    outcome,
    phase,
    reply: decided === null ? null : (told[decided]?.reply ?? null),
    recipients: told,
    finalDotSent: false,
    error: error ?? null,
  };
}

describe('an attempt that met trouble counts as transport_failed', () => {
  const RELAY = '554 5.7.1 Relay access denied';
  test.each<[string, Told, boolean, AttemptOutcome, RecipientAnswer[]]>([
    [
      'a connection that was refused',
      { outcome: 'transport_failed', phase: 'connect', recipients: [['untried', null]], error: 'connect ECONNREFUSED', decided: null },
      false,
      'transport_failed',
      ['trouble'],
    ],
    [
      'a login that was refused for good',
      { outcome: 'transport_failed', phase: 'auth', recipients: [['untried', null]], decided: null },
      false,
      'transport_failed',
      ['trouble'],
    ],
    [
      'a login that was lost on a ready connection',
      { outcome: 'permanent_rejected', phase: 'mail', recipients: [['permanent', '535 5.7.8 no']] },
      true,
      'transport_failed',
      ['trouble'],
    ],
    [
      'a throttle after the final dot',
      { outcome: 'transient_rejected', phase: 'final', recipients: [['transient', '451 4.7.1 slow down']] },
      true,
      'transport_failed',
      ['trouble'],
    ],
    [
      '421 to the first of two recipients',
      {
        outcome: 'transient_rejected',
        phase: 'rcpt',
        recipients: [
          ['transient', '421 4.3.2 bye'],
          ['untried', null],
        ],
      },
      true,
      'transport_failed',
      ['trouble', 'trouble'],
    ],
    [
      'relaying that everybody is refused',
      {
        outcome: 'permanent_rejected',
        phase: 'rcpt',
        recipients: [
          ['permanent', RELAY],
          ['permanent', RELAY],
        ],
      },
      false,
      'transport_failed',
      ['trouble', 'trouble'],
    ],
    [
      'relaying beside a recipient who does not exist: that one is refused for good',
      {
        outcome: 'permanent_rejected',
        phase: 'rcpt',
        recipients: [
          ['permanent', '550 5.1.1 no such user'],
          ['permanent', RELAY],
        ],
      },
      false,
      'transport_failed',
      ['permanent', 'trouble'],
    ],
  ])('%s', (_, told, refusedAlone, outcome, answers) => {
    const judged = tellTrouble(result(told), refusedAlone);
    expect(judged.outcome).toBe(outcome);
    expect(judged.recipients.map(({ answer }) => answer)).toEqual(answers);
  });
});

describe('what is no trouble stays as it is', () => {
  test.each<[string, Told, boolean]>([
    [
      'a refusal to relay that is the mail’s own',
      { outcome: 'permanent_rejected', phase: 'rcpt', recipients: [['permanent', '554 5.7.1 denied']] },
      true,
    ],
    [
      'a policy against the content',
      { outcome: 'permanent_rejected', phase: 'final', recipients: [['permanent', '554 5.7.1 spam']] },
      false,
    ],
    [
      'a recipient who is refused by policy while another is accepted',
      {
        outcome: 'provider_accepted',
        phase: 'final',
        recipients: [
          ['accepted', '250 ok'],
          ['permanent', '550 5.7.1 denied'],
        ],
      },
      false,
    ],
    [
      'a connection that was lost in the middle',
      { outcome: 'transport_failed', phase: 'rcpt', recipients: [['untried', null]], error: 'the connection was closed', decided: null },
      false,
    ],
    ['no answer in time', { outcome: 'timed_out', phase: 'greeting', recipients: [['untried', null]], decided: null }, false],
  ])('%s', (_, told, refusedAlone) => {
    expect(tellTrouble(result(told), refusedAlone)).toEqual(result(told));
  });

  it('the best recipient decides, and who met trouble is told apart all the same', () => {
    const told = result({
      outcome: 'provider_accepted',
      phase: 'final',
      recipients: [
        ['accepted', '250 ok'],
        ['transient', '450 4.7.1 slow down'],
      ],
    });
    expect(tellTrouble(told, false)).toMatchObject({
      outcome: 'provider_accepted',
      recipients: [{ answer: 'accepted' }, { answer: 'trouble' }],
    });
  });
});

describe('what others met is asked for only where it decides', () => {
  const of = (phase: SmtpPhase, ...recipients: Told['recipients'][number][]) =>
    dependsOnOthers(result({ outcome: 'permanent_rejected', phase, recipients }));
  it.each<[string, boolean, boolean]>([
    ['at RCPT', of('rcpt', ['permanent', '550 5.7.1 no']), true],
    ['at MAIL', of('mail', ['permanent', '550 5.7.1 no']), true],
    ['after the final dot', of('final', ['permanent', '550 5.7.1 no']), false],
    ['where somebody was accepted', of('rcpt', ['accepted', '250 ok'], ['permanent', '550 5.7.1 no']), false],
    ['where the login was refused', of('mail', ['permanent', '535 5.7.8 no']), false],
    ['where nobody exists', of('rcpt', ['permanent', '550 5.1.1 no']), false],
  ])('%s', (_, asked, expected) => expect(asked).toBe(expected));
});

describe('a mail is refused alone', () => {
  const at = (second: number | null): Date | null => (second === null ? null : new Date(Date.UTC(2026, 0, 1, 0, 0, second)));
  it.each<[string, number | null, number | null, boolean, boolean]>([
    ['nobody has succeeded', null, null, true, false],
    ['nobody has succeeded, and others are refused', null, 29, true, false],
    ['another succeeded: the first refusal may be the first of all', 29, null, false, false],
    ['another succeeded, and it was refused twice', 29, null, true, true],
    ['another began before others were refused, and succeeded', 28, 29, true, false],
    ['another began as others were refused, and succeeded', 29, 29, true, false],
    ['another began after others were refused, and succeeded', 29, 28, true, true],
    ['the same, but it is the first refusal', 29, 28, false, false],
  ])('%s', (_, success, refusal, refusedBefore, alone) => {
    expect(isRefusedAlone({ othersSucceededFrom: at(success), othersRefusedAt: at(refusal), refusedBefore })).toBe(alone);
  });
});
