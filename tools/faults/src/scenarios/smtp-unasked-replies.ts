import type { RawPeer } from '@mail/testing';
import { processMemory } from '@mail/local/demo/process-memory';
import type { Scenario } from '../scenario.ts';
import { attempted, whatBecame } from '../what-became.ts';
import { withScriptedServer } from './with-scripted-server.ts';

/** Phase by phase, what an honest server says: in the end to the final dot. */
const HONEST = [
  ['greeting', '220 raw.test ESMTP'],
  ['ehlo', '250 raw.test'],
  ['mail', '250 2.1.0 ok'],
  ['rcpt', '250 2.1.5 ok'],
  ['data', '354 go on'],
  ['final', '250 2.0.0 queued'],
] as const;

/** What it says in the end, behind the reply that is due: one refusal too many, refusals without end, a reply without end, garbage. */
const endings: readonly ((peer: RawPeer, honest: string) => unknown)[] = [
  (peer, honest) => peer.say(honest, '550 5.7.1 nobody asked'),
  (peer) => flood(peer, '550 5.7.1 nobody asked\r\n'),
  (peer) => flood(peer, '250-and more\r\n'),
  (peer) => flood(peer, '\0'),
];

async function flood(peer: RawPeer, text: string): Promise<void> {
  const chunk = Buffer.from(text.repeat(4096));
  while (!peer.socket.destroyed) {
    if (peer.socket.write(chunk)) await new Promise((resolve) => setImmediate(resolve));
    else await Promise.race([peer.gone(), new Promise((resolve) => peer.socket.once('drain', resolve))]);
  }
}

const scriptFor = (phases: number, ending: (typeof endings)[number]) => async (peer: RawPeer) => {
  for (const [at, [phase, reply]] of HONEST.slice(0, phases).entries()) {
    if (phase === 'final') await peer.untilDot();
    else if (phase !== 'greeting') await peer.line();
    if (at < phases - 1) peer.say(reply);
    else await ending(peer, reply);
  }
  await peer.gone();
};
const scripts = HONEST.flatMap((_, at) => endings.map((ending) => scriptFor(at + 1, ending)));

/** What its memory may grow by, with every slot at such a server: an unfinished reply of each, and what a socket brings at once. */
const MOST_GROWTH_MB = 96;

export const smtpUnaskedReplyScenarios: readonly Scenario[] = [
  {
    id: 'smtp-unasked-replies',
    component: 'SMTP server',
    fault: 'more replies than commands, or one without end, in each phase',
    async run(stage) {
      await stage.send(1);
      await stage.settled();
      const { pid } = stage.world.apps.get('attempt-worker');
      const before = processMemory(pid).rssMb;
      await withScriptedServer(stage, scripts, async () => {
        stage.faulted();
        const sent = await stage.send(scripts.length, { door: 'http' });
        for (const { key, attempts } of await attempted(stage, sent)) {
          const { outcome, phase } = attempts[0] ?? {};
          const expected = phase === 'final' ? 'uncertain' : 'transport_failed';
          stage.check(outcome === expected, `${key} became ${outcome} at ${phase}`);
        }
      });
      const grown = processMemory(pid).peakMb - before;
      stage.check(grown < MOST_GROWTH_MB, `the worker grew by ${grown} MB`);
      await stage.settled();
      for (const { key, status } of await whatBecame(stage)) stage.check(status === 'sent', `${key} became ${status}`);
    },
  },
];
