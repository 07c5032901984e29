import type { OAuth2Client } from './oauth2-tokens.js';

export interface SmtpOptions {
  readonly host: string;
  /** 465 is implicit TLS; any other port must offer STARTTLS. */
  readonly port: number;
  /** `null`: no login. */
  readonly username: string | null;
  /** With a user name, either this or `oauth2`. */
  readonly password: string | null;
  /** Logs in with an access token in place of a password. */
  readonly oauth2: OAuth2Client | null;
  /** Bound on one whole attempt, from the connection to the final reply. */
  readonly timeoutMs: number;
  /** How long a session goes on listening for the reply to a final dot that did not come by then. */
  readonly finalReplyTimeoutMs: number;
  /** For local development: the certificate is not verified, and plaintext will do where STARTTLS is not offered. */
  readonly insecureSkipVerify: boolean;
  /** Mails in flight, and so connections, at a time. */
  readonly maxConnections: number;
  /** How long a connection is kept unused. Default: ten seconds. */
  readonly idleMs?: number;
  /** What EHLO says: a name with a dot in it, or an address literal. */
  readonly ehloName: string;
  /** The addresses of `host`, best first. Default: those of the system's resolver, in its order. */
  readonly lookup?: (host: string) => Promise<readonly string[]>;
}
