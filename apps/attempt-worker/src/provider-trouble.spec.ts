import { eventually, type SinkAnswer } from '@mail/testing';
import { describe, expect, it } from 'vitest';
import { specWorker } from '../testing/spec-worker.js';

const RELAY = '554 5.7.1 <a@x.example>: Relay access denied';

describe('provider trouble uses up none of the retry schedule, and ends no mail as failed', () => {
  it.each([
    ['530 5.7.0 Authentication required', 'mail'],
    ['534 5.7.9 Mechanism too weak', 'mail'],
    ['535 5.7.8 Credentials invalid', 'mail'],
    ['538 5.7.11 Encryption required', 'mail'],
    ['454 4.7.0 Temporary authentication failure', 'mail'],
    ['454 Throttling failure: Maximum sending rate exceeded.', 'final'],
    ['421 4.7.0 Try again later', 'rcpt'],
    ['450 4.7.1 slow down', 'rcpt'],
    ['550 5.7.60 not allowed to send as this sender', 'mail'],
    ['550 relay not permitted', 'rcpt'],
    [RELAY, 'rcpt'],
  ])('%s at %s', async (refusal, at) => {
    let refusing = true;
    const { accept, perform, stands } = await specWorker({ script: { [at]: (): SinkAnswer => (refusing ? refusal : null) } });
    const id = await accept();
    // The schedule has two tries.
    for (let attempts = 0; attempts < 4; attempts += 1) await perform();
    expect(await stands(id)).toMatchObject({
      is: 'queued',
      attempts: [...Array<string>(4).fill('transport_failed'), 'scheduled'],
      next: { number: 5, position: 1 },
    });
    refusing = false;
    await perform();
    expect((await stands(id))?.is).toBe('provider_accepted');
  });
});

describe('a refusal to relay is the mail’s own only while others succeed', () => {
  it('a single recipient that is refused amid successes fails', async () => {
    const answers: SinkAnswer[] = [null, RELAY, RELAY];
    const { accept, perform, stands } = await specWorker({ script: { rcpt: () => answers.shift() ?? null } });
    await accept();
    await perform();
    const refused = await accept();
    await perform();
    expect(await stands(refused)).toMatchObject({ is: 'queued', attempts: ['transport_failed', 'scheduled'] });
    await perform();
    expect(await stands(refused)).toMatchObject({ is: 'permanent_rejected', attempts: ['transport_failed', 'permanent_rejected'] });
  });

  it('what is under way when the provider begins to refuse everything is tried again, though others have succeeded since it began', async () => {
    let refusing = true;
    let taken = 0;
    const refusal = async (): Promise<SinkAnswer> => {
      const sent = () => query(`select from deliveries where status = 'sent'`);
      await eventually('the others are sent', async () => (await sent()).length === 3);
      return RELAY;
    };
    const { accept, perform, query, stands } = await specWorker({
      script: { rcpt: () => (!refusing || (taken += 1) <= 3 ? null : refusal()) },
    });
    const queue: string[] = [];
    while (queue.length < 8) queue.push(await accept());
    const stood = async () => (await Promise.all(queue.map(stands))).map((each) => each?.is).toSorted();
    for (let attempts = 0; attempts < 3; attempts += 1) {
      await perform();
      expect(await stood()).toEqual([...Array<string>(3).fill('provider_accepted'), ...Array<string>(5).fill('queued')]);
    }
    refusing = false;
    await perform();
    expect(await stood()).toEqual(Array<string>(8).fill('provider_accepted'));
  });

  it('what every delivery gets is trouble, though some succeeded minutes before', async () => {
    let refusing = false;
    const { accept, perform, stands } = await specWorker({ script: { rcpt: () => (refusing ? RELAY : null) } });
    await accept();
    await perform();
    refusing = true;
    const queue = [await accept(), await accept(), await accept()];
    for (let attempts = 0; attempts < 3; attempts += 1) await perform();
    for (const id of queue) expect(await stands(id)).toMatchObject({ is: 'queued', next: { number: 4, position: 1 } });
    refusing = false;
    await perform();
    for (const id of queue) expect((await stands(id))?.is).toBe('provider_accepted');
  });

  it('what every delivery gets is trouble too, where a connection was refused before', async () => {
    let answer: SinkAnswer = null;
    const { accept, perform, stands } = await specWorker({
      script: { mail: () => (answer?.startsWith('421') ? answer : null), rcpt: () => answer },
    });
    await accept();
    await perform();
    answer = '421 4.3.2 restarting';
    const queue = [await accept(), await accept()];
    await perform();
    answer = RELAY;
    for (let attempts = 0; attempts < 3; attempts += 1) await perform();
    for (const id of queue) expect((await stands(id))?.is).toBe('queued');
  });

  it('of a mail to many, whom the server refuses to relay to fails, and the others have it', async () => {
    const { accept, perform, query, stands } = await specWorker({
      script: { rcpt: (recipient) => (recipient.startsWith('b') ? RELAY : null) },
    });
    const id = await accept();
    await query(
      `insert into delivery_recipients (delivery_id, position, address, kind, outcome) values ($1, 1, 'b@x.example', 'to', 'pending')`,
      [id],
    );
    await perform();
    expect(await stands(id)).toMatchObject({ is: 'provider_accepted', attempts: ['provider_accepted'] });
    expect(await query('select outcome from delivery_recipients order by position')).toEqual([
      { outcome: 'accepted' },
      { outcome: 'refused' },
    ]);
  });
});
