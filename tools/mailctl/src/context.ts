import { userInfo } from 'node:os';
import { createMailClient, isOperatorName, type MailClient } from '@mail/client';
import type { Command } from 'commander';
import { UsageError } from './exit-code.js';
import { screen, type Screen } from './output/screen.js';

export interface GlobalOptions {
  readonly url: string;
  readonly operator?: string;
  readonly json: boolean;
  /** In ms. */
  readonly timeout: number;
}

/** What every command works with. */
export interface Context {
  readonly client: MailClient;
  readonly screen: Screen;
  readonly json: boolean;
  now(): number;
}

/** The name under which the machine knows who asks; none where it does not, or where it is not fit for the audit trail. */
function userName(): string | undefined {
  try {
    const { username } = userInfo();
    return isOperatorName(username) ? username : undefined;
  } catch {
    return undefined;
  }
}

function contextOf({ url, operator = userName(), json, timeout }: GlobalOptions): Context {
  const retry = { maxTries: 3, maxElapsedMs: 4 * timeout };
  try {
    const client = createMailClient({ url, timeoutMs: timeout, retry, ...(operator === undefined ? {} : { operator }) });
    return { client, json, screen: screen(process.stdout, process.stderr, process.env), now: Date.now };
  } catch (error) {
    // In the client's words, which begin with the name of the option.
    throw new UsageError(`--${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Has the command do this, with the options of it and of all commands above it. */
export function perform<Options extends object>(
  command: Command,
  run: (context: Context, options: Options, ...operands: string[]) => Promise<void>,
): Command {
  return command.action(async (...given: unknown[]) => {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    await run(contextOf(options), options, ...(given.slice(0, -2) as string[]));
  });
}
