import type { RawPeer } from '@mail/testing';
import type { Scenario } from '../scenario.ts';
import { attempted, copiesTo, whatBecame } from '../what-became.ts';
import { withScriptedServer } from './with-scripted-server.ts';

/** What a server that cannot be used does with a connection, and what the attempt must come to. */
const unusable: readonly { readonly becomes: string; readonly script: (peer: RawPeer) => unknown }[] = [
  { becomes: 'timed_out greeting', script: (peer) => peer.gone() },
  {
    becomes: 'timed_out greeting',
    async script(peer) {
      const octets = Buffer.from(`220-${'slow '.repeat(200)}`).values();
      const dribble = setInterval(() => peer.socket.write(Buffer.of(octets.next().value ?? 0x2e)), 1000);
      await peer.gone();
      clearInterval(dribble);
    },
  },
  { becomes: 'transport_failed greeting 421', script: (peer) => peer.say('421 4.3.2 too many') },
  { becomes: 'transport_failed greeting 554', script: (peer) => peer.say('554 5.7.1 not you') },
  { becomes: 'transport_failed greeting', script: (peer) => peer.socket.end() },
  {
    becomes: 'transport_failed ehlo 550',
    async script(peer) {
      peer.say('220 raw.test');
      for (;;) {
        await peer.line();
        peer.say('550 5.7.1 bad name');
      }
    },
  },
];

/** What the server answers is in the recipient's name: `…-rcpt-450@example.com`. */
const answerTo = (at: string, recipient = ''): string | null => {
  const [, command, code] = /-(rcpt|data|final)-(\d{3})@/.exec(recipient) ?? [];
  return code !== undefined && command === at ? `${code} ${code[0]}.3.0 says the scenario` : null;
};
const answersByName = {
  rcpt: (recipient: string) => answerTo('rcpt', recipient),
  data: ([recipient]: readonly string[]) => answerTo('data', recipient),
  final: ({ recipients: [recipient] }: { readonly recipients: readonly string[] }) => answerTo('final', recipient),
};
const refusals = ['rcpt-450', 'rcpt-550', 'data-451', 'data-554', 'final-452', 'final-552'];

export const smtpRefusalScenarios: readonly Scenario[] = [
  {
    id: 'smtp-down',
    component: 'SMTP server',
    fault: 'refuses every connection for a while',
    async run(stage) {
      stage.world.toSmtp.mode('refuse');
      stage.faulted();
      await stage.send(4);
      for (const { attempts } of await attempted(stage)) {
        stage.check(attempts[0]?.outcome === 'transport_failed', `an attempt on a server that is down became ${attempts[0]?.outcome}`);
      }
      stage.world.heal();
      await stage.settled();
      const became = await whatBecame(stage);
      stage.check(
        became.every(({ status }) => status === 'sent'),
        'not every mail was sent once the server was back',
      );
    },
  },
  {
    id: 'smtp-unusable',
    component: 'SMTP server',
    fault: 'silent; one byte a second; 421 or 554 for a banner; hangs up; refuses EHLO',
    async run(stage) {
      const scripts = unusable.map(({ script }) => script);
      await withScriptedServer(stage, scripts, async () => {
        stage.faulted();
        await stage.send(unusable.length, { door: 'http' });
        const became = await attempted(stage);
        const first = became.map(({ attempts: [one] }) => [one?.outcome, one?.phase, one?.smtp_code].filter(Boolean).join(' '));
        const expected = unusable.map(({ becomes }) => becomes);
        stage.check(
          first.sort().join() === expected.toSorted().join(),
          `first attempts on a server that cannot be used became: ${first.join(', ')}`,
        );
      });
      await stage.settled();
      for (const { key, status } of await whatBecame(stage))
        stage.check(status === 'sent', `${key} became ${status}: no refusal was the mail's`);
    },
  },
  {
    id: 'smtp-replies',
    component: 'SMTP server',
    fault: '4xx and 5xx to MAIL, RCPT, DATA and the final dot',
    short: true,
    async run(stage) {
      const { sink } = stage.world;
      stage.faulted();
      sink.behave({ mail: () => '550 5.1.0 says the scenario' });
      const [refused] = await stage.send(1);
      await stage.settled();
      sink.behave(answersByName);
      const sent = await Promise.all(refusals.map(async (ending) => (await stage.send(1, { recipients: [ending] }))[0]));
      await attempted(stage);
      sink.behave({ mail: () => '451 4.3.0 says the scenario' });
      const [putOff] = await stage.send(1);
      await attempted(stage);
      sink.behave({});
      await stage.settled();
      const expected = new Map([
        [refused?.key, 'mail-550'],
        [putOff?.key, 'mail-451'],
        ...refusals.map((ending, n) => [sent[n]?.key, ending] as const),
      ]);
      for (const { key, status, outcome, attempts } of await whatBecame(stage)) {
        const answer = expected.get(key) ?? '';
        const [phase, code] = answer.split('-');
        const [first] = attempts;
        const forGood = code?.startsWith('5') === true;
        stage.check(
          first?.phase === phase && first?.smtp_code === Number(code),
          `${answer} is kept as ${first?.phase}-${first?.smtp_code}`,
        );
        stage.check(first?.outcome === (forGood ? 'permanent_rejected' : 'transient_rejected'), `${answer} counts as ${first?.outcome}`);
        stage.check(status === (forGood ? 'failed' : 'sent'), `a mail that was answered ${answer} ended as ${status}`);
        stage.check(outcome === (forGood ? 'refused' : 'accepted'), `a recipient that was answered ${answer} is ${outcome}`);
        stage.check(!forGood || attempts.length === 1, `a mail that was answered ${answer} was tried ${attempts.length} times`);
      }
    },
  },
  {
    id: 'smtp-partial',
    component: 'SMTP server',
    fault: '250, 450 and 550 to the recipients of one mail',
    short: true,
    async run(stage) {
      const { sink } = stage.world;
      sink.behave(answersByName);
      stage.faulted();
      await stage.send(2, { recipients: ['taken', 'rcpt-450', 'rcpt-550'] });
      const outcomes = (await attempted(stage)).map(({ outcome }) => outcome);
      stage.check(outcomes.join() === 'accepted,pending,refused,accepted,pending,refused', `the recipients became ${outcomes.join()}`);
      sink.behave({});
      await stage.settled();
      for (const { address, status, outcome } of await whatBecame(stage)) {
        const refused = address.includes('-550@');
        stage.check(
          status === 'sent' && outcome === (refused ? 'refused' : 'accepted'),
          `${address} is ${outcome}, its delivery ${status}`,
        );
        stage.check(copiesTo(stage, address) === (refused ? 0 : 1), `${copiesTo(stage, address)} copies came for ${address}`);
      }
    },
  },
];
