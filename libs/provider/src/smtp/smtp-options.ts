export interface SmtpOptions {
  readonly host: string;
  /** 465 is implicit TLS; any other port must offer STARTTLS. */
  readonly port: number;
  /** Both or neither. */
  readonly username: string | null;
  readonly password: string | null;
  /** Bound on one whole attempt, from the connection to the final reply. */
  readonly timeoutMs: number;
  /** For local development: the certificate is not verified, and plaintext will do where STARTTLS is not offered. */
  readonly insecureSkipVerify: boolean;
  /** Mails in flight, and so connections, at a time. */
  readonly maxConnections: number;
  /** How long a connection is kept unused. Default: ten seconds. */
  readonly idleMs?: number;
  /** What EHLO says; by default the machine's own full name, or its address literal. */
  readonly hostname?: string;
}
