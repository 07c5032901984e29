import type { RunbookBlock } from '@mail/chart/runbook';
import type { World } from '@mail/faults/world/make-world';
import type { OnCallShell } from './world/on-call-shell.ts';

/** What a block of a runbook wrote. Rejects where it failed, or wrote nothing: then it tells nobody anything. */
export async function runBlock(block: RunbookBlock, shell: OnCallShell, world: World): Promise<string> {
  const where = `line ${block.line}, ${block.section}`;
  const output = block.language === 'sql' ? await runSql(block.text, world, where) : await runShell(block.text, shell, where);
  if (output.trim() === '') throw new Error(`${where}: it ended well, and wrote nothing:\n${block.text}`);
  return output;
}

async function runSql(text: string, world: World, where: string): Promise<string> {
  const rows = await world.query<Record<string, unknown>>(text).catch((error: unknown) => {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}:\n${text}`);
  });
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

async function runShell(text: string, shell: OnCallShell, where: string): Promise<string> {
  const { code, output } = await shell.run(text);
  if (code !== 0) throw new Error(`${where}: it ended with ${code}:\n${text}\n${output}`);
  return output;
}
