import type { DemoWorld } from './demo-world.ts';
import { deliveryOutcomes, openAttempts, refusedCommands, streamCounts } from './outcomes.ts';
import { printOutcomes, printRefused } from './print-report.ts';
import { receivedMails } from './received-mail.ts';
import { timeline } from './timeline.ts';
import type { Asked, Traffic } from './traffic.ts';
import { verifyMails } from './verify-mails.ts';
import { verifyOutcomes } from './verify-outcomes.ts';

/** Reads what became of everything, prints it, and answers what is wrong with it. */
export async function verifyRun(world: DemoWorld, asked: readonly Asked[], sent: Traffic): Promise<string[]> {
  const { context, database, run, stream, inbox, api } = world;
  const { progress } = context;
  const deliveries = await deliveryOutcomes(database, run);
  const refused = await refusedCommands(database, stream);
  const outcomes = { deliveries, refused, stream: await streamCounts(database, stream), open: await openAttempts(database) };
  const faults = verifyOutcomes(asked, sent, outcomes);
  if (inbox !== undefined) {
    const verdict = await progress.step('Received mails', async (note) => {
      const received = await receivedMails(inbox, (done) => note(`${done} read`));
      const found = verifyMails(asked, deliveries, received);
      const copies = found.duplicates === 0 ? '' : `, ${found.duplicates} of them second copies of attempts that a kill cut off`;
      note(`${received.length} compared with what was asked${copies}; ${inbox.folder}/*.eml`);
      return found;
    });
    faults.push(...verdict.faults);
  } else {
    progress.line('  Mails went to MAIL_SMTP_ADDR, where nobody can look: the outcomes alone were checked.');
  }
  printOutcomes(progress, asked, deliveries);
  printRefused(progress, refused);
  const { accepted, replayed, malformed } = outcomes.stream;
  progress.line();
  progress.line(`  The stream: ${accepted} accepted, ${replayed} duplicate (no second delivery), ${malformed} malformed`);
  // One with a story where there is any: of the most attempts, a template's rather than another's.
  const [told] = [...deliveries].sort((a, b) => b.attempts - a.attempts || Number(b.source === 'auth') - Number(a.source === 'auth'));
  if (told !== undefined) {
    progress.line();
    progress.line('  One delivery:');
    for (const line of await timeline(api, told.delivery_id)) progress.line(line);
  }
  return faults;
}
