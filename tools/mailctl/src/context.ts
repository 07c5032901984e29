import { userInfo } from 'node:os';
import { createMailClient, type MailClient } from '@mail/client';
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

const VISIBLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;

/** The name under which the machine knows who asks; none where it does not, or no header can hold it. */
function userName(): string | undefined {
  try {
    const { username } = userInfo();
    return VISIBLE.test(username) ? username : undefined;
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
    // The client's own words for an operator; the URL parser's are poor.
    if (!URL.canParse(url)) throw new UsageError(`--url must be an http:// or https:// address, and is "${url}"`, { cause: error });
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
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
