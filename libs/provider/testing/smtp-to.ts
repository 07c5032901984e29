import { onTestFinished } from 'vitest';
import type { MailProvider } from '../src/mail-provider.js';
import { smtpProvider } from '../src/smtp-provider.js';
import type { SmtpOptions } from '../src/smtp/smtp-options.js';

/** A provider for a test server, closed when the test is over. Takes any certificate, or none, unless told otherwise. */
export function smtpTo(server: { readonly host: string; readonly port: number }, options: Partial<SmtpOptions> = {}): MailProvider {
  const provider = smtpProvider({
    host: server.host,
    port: server.port,
    username: null,
    password: null,
    oauth2: null,
    ehloName: 'client.test',
    timeoutMs: 5_000,
    finalReplyTimeoutMs: 60_000,
    insecureSkipVerify: true,
    maxConnections: 2,
    ...options,
  });
  onTestFinished(() => provider.close());
  return provider;
}
