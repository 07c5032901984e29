import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import type { Context } from './run-command.ts';
import { startKept } from './start-kept.ts';

export interface Inbox {
  /** host:port of its SMTP server. */
  readonly addr: string;
  /** Of its page, which is also the base of its JSON interface. */
  readonly url: string;
  /** Where the mails lie as files. */
  readonly folder: string;
}

export interface InboxOptions {
  readonly ports?: { readonly smtp: number; readonly web: number };
  /** Mails kept. */
  readonly keep: number;
  readonly replyDelayMs?: number;
}

/** Starts the local inbox: an SMTP server that delivers to nobody, and a page to look at what came. */
export async function startInbox({ folder, logFile, processes }: Context, options: InboxOptions): Promise<Inbox> {
  const mails = join(folder, 'mails');
  const [smtp, web] = [await freePort(options.ports?.smtp), await freePort(options.ports?.web)];
  const settings = {
    folder: mails,
    'smtp-port': smtp,
    'web-port': web,
    keep: options.keep,
    'reply-delay-ms': options.replyDelayMs ?? 0,
  };
  await startKept(processes, {
    name: 'inbox',
    tier: 'service',
    command: process.execPath,
    args: [
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('./inbox/main.ts', import.meta.url)),
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ],
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'development' },
    cwd: folder,
    logFile: logFile('inbox'),
    stopSignal: 'SIGTERM',
    stopWithinMs: 5000,
  });
  return { addr: `127.0.0.1:${smtp}`, url: `http://127.0.0.1:${web}`, folder: mails };
}
