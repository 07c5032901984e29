// `npm run demo`: mail through all five processes, and a check of everything that comes out.
import { addEntries } from './demo/add-entries.ts';
import { awaitOutcomes } from './demo/await-outcomes.ts';
import { demoOptions } from './demo/demo-options.ts';
import type { DemoWorld } from './demo/demo-world.ts';
import { sendWhileKilling } from './demo/kill-in-turn.ts';
import { askedOf, loginCodes, sendLoginCode } from './demo/login-code.ts';
import type { LoginAnswer, LoginCode } from './demo/login-code.ts';
import { makeWorld } from './demo/make-world.ts';
import { printFaults, printProcesses } from './demo/print-report.ts';
import { traffic } from './demo/traffic.ts';
import type { StreamEntry } from './demo/traffic.ts';
import { verifyRun } from './demo/verify-run.ts';
import { runCommand } from './run-command.ts';

const LOGIN_CODES = 1;
const LOGIN_CODES_WHILE_KILLING = 15;

function sendAll(
  { context, api, redis, stream }: DemoWorld,
  entries: readonly StreamEntry[],
  logins: readonly LoginCode[],
): Promise<LoginAnswer[]> {
  return context.progress.step(`${logins.length} login code over HTTP, ${entries.length} commands over the stream`, async () => {
    const answers = await Promise.all(logins.map((login) => sendLoginCode(api, login)));
    await addEntries(redis, stream, entries);
    return answers;
  });
}

/** The same requests under the same keys, once more: the same answers, and no second mail. */
async function replayFaults(api: string, logins: readonly LoginCode[], answers: readonly LoginAnswer[]): Promise<string[]> {
  const again = await Promise.all(logins.map((login) => sendLoginCode(api, login)));
  return again.flatMap(({ deliveryId, replayed }, n) =>
    replayed && deliveryId === answers[n]?.deliveryId ? [] : [`login code ${n}, asked for again, is not answered as a replay`],
  );
}

await runCommand('demo', async (context) => {
  const { progress } = context;
  const options = demoOptions(process.argv.slice(2));
  const world = await makeWorld(context, options);
  const sent = traffic(world.run, options.commands);
  const logins = loginCodes(world.run, options.kill ? LOGIN_CODES_WHILE_KILLING : LOGIN_CODES);
  const asked = [...logins.map(askedOf), ...sent.asked];

  const beganMs = performance.now();
  const answers = await (options.kill ? sendWhileKilling : sendAll)(world, sent.entries, logins);
  await awaitOutcomes(world, { entries: sent.entries.length, deliveries: asked.length });
  const seconds = (performance.now() - beganMs) / 1000;

  const faults = [...(await replayFaults(world.api, logins, answers)), ...(await verifyRun(world, asked, sent))];
  printProcesses(progress, world.apps);
  progress.line();
  progress.line(
    `  ${asked.length} deliveries in ${seconds.toFixed(1)} s, first command to last outcome: ${(asked.length / seconds).toFixed(0)} a second`,
  );
  progress.line();
  if (faults.length === 0) {
    progress.line('✓ Everything is as it must be.');
    return 0;
  }
  printFaults(progress, faults, context.logFile('*'));
  return 1;
});
