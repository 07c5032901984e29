import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

/** The five processes. */
export const apps = ['intake-api', 'stream-consumer', 'scheduler', 'attempt-worker', 'retention-job'] as const;
export type App = (typeof apps)[number];

export interface AppSurroundings {
  readonly postgresDsn: string;
  readonly redisAddr: string;
  readonly redisPassword: string;
  readonly smtpAddr: string;
  /** The listener of the intake API, host:port. */
  readonly httpAddr: string;
  /** What the command stands on, whatever the caller's environment says. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Everything but MAIL_* and OTEL_* of our own environment that a process needs. */
const PLAIN = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];

/** The environment of one process: our services, and whatever MAIL_* and OTEL_* the caller set, as far as the command does not stand on it. */
export function appEnvironment(app: App, heartbeats: string, surroundings: AppSurroundings): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const plain = Object.fromEntries(entries.filter(([name]) => PLAIN.includes(name)));
  const given = Object.fromEntries(entries.filter(([name]) => /^(MAIL|OTEL)_/.test(name)));
  return {
    ...plain,
    NODE_ENV: process.env['NODE_ENV'] ?? 'development',
    TMPDIR: process.env['TMPDIR'] ?? tmpdir(),
    MAIL_SMTP_MODE: 'smtp',
    MAIL_SMTP_FROM_EMAIL: 'no-reply@galaxy.example',
    MAIL_SMTP_FROM_NAME: 'Galaxy',
    // The inbox speaks no TLS.
    ...(given['MAIL_SMTP_ADDR'] === undefined ? { MAIL_SMTP_INSECURE_SKIP_VERIFY: 'true' } : {}),
    MAIL_TEMPLATE_DIR: join(projectRoot, 'templates'),
    ...given,
    ...surroundings.settings,
    MAIL_POSTGRES_PRIMARY_DSN: surroundings.postgresDsn,
    MAIL_REDIS_MASTER_ADDR: surroundings.redisAddr,
    MAIL_REDIS_PASSWORD: surroundings.redisPassword,
    MAIL_SMTP_ADDR: surroundings.smtpAddr,
    MAIL_INTERNAL_HTTP_ADDR: surroundings.httpAddr,
    MAIL_HEARTBEAT_FILE: join(heartbeats, `${app}.heartbeat`),
  };
}
