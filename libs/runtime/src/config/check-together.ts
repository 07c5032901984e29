import { formatDuration } from '@mail/domain';
import type { AppName } from './app-name.js';
import { isLoopback } from '../is-loopback.js';
import type { Values } from './variables.js';

/** A variable that could not be read has no value here: what depends on it is not judged. */
export type ReadValues = Partial<Values>;

export interface Findings {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

const SAFE_CLAIM_MARGIN_MS = 30_000;

/** What must hold between variables. */
export function checkTogether(values: ReadValues, app: AppName): Findings {
  const production = values.NODE_ENV === 'production';
  return {
    faults: [
      ...smtpFaults(values, production),
      ...secretKeyFaults(values),
      ...claimMarginFaults(values, production),
      ...failpointFaults(values, production),
    ],
    warnings: [...stubWarnings(values, app), ...insecureWarnings(values), ...drainWarnings(values)],
  };
}

function smtpFaults(values: ReadValues, production: boolean): string[] {
  const faults: string[] = [];
  if (values.MAIL_SMTP_MODE === 'smtp') {
    if (values.MAIL_SMTP_ADDR === null) faults.push('MAIL_SMTP_ADDR is not set: it is required when MAIL_SMTP_MODE is "smtp"');
    if (values.MAIL_SMTP_FROM_EMAIL === null) faults.push('MAIL_SMTP_FROM_EMAIL is not set: it is required when MAIL_SMTP_MODE is "smtp"');
  }
  faults.push(...loginFaults(values));
  const loopback = values.MAIL_SMTP_ADDR ? isLoopback(values.MAIL_SMTP_ADDR.host) : false;
  if (production && values.MAIL_SMTP_INSECURE_SKIP_VERIFY === true && values.MAIL_SMTP_ADDR !== undefined && !loopback) {
    faults.push(
      'MAIL_SMTP_INSECURE_SKIP_VERIFY is "true": with NODE_ENV=production it must be false, unless MAIL_SMTP_ADDR is a loopback address',
    );
  }
  return faults;
}

const OAUTH2 = ['MAIL_SMTP_OAUTH2_TOKEN_URL', 'MAIL_SMTP_OAUTH2_CLIENT_ID', 'MAIL_SMTP_OAUTH2_CLIENT_SECRET'] as const;

/** A login is a user name with a password, or with all that a token is fetched by. */
function loginFaults(values: ReadValues): string[] {
  const { MAIL_SMTP_USERNAME: username, MAIL_SMTP_PASSWORD: password } = values;
  const given = [...OAUTH2, 'MAIL_SMTP_OAUTH2_SCOPE' as const].find((name) => typeof values[name] === 'string');
  if (given !== undefined) {
    const missing = ([...OAUTH2, 'MAIL_SMTP_USERNAME'] as const).filter((name) => values[name] === null);
    const faults = missing.map((name) => `${name} is not set: it must be when ${given} is`);
    return typeof password === 'string'
      ? [...faults, `MAIL_SMTP_PASSWORD is set: it must not be when ${given} is (a token takes its place)`]
      : faults;
  }
  if (username === undefined || password === undefined || (username === null) === (password === null)) return [];
  const [missing, other] = username === null ? ['USERNAME', 'PASSWORD'] : ['PASSWORD', 'USERNAME'];
  return [`MAIL_SMTP_${missing} is not set: it must be when MAIL_SMTP_${other} is (set both or neither)`];
}

function secretKeyFaults({ MAIL_SECRETS_KEY: keys }: ReadValues): string[] {
  if (!keys || new Set(keys.map((key) => key.toString('hex'))).size === keys.length) return [];
  return ['MAIL_SECRETS_KEY has one key twice (not shown): each must be another, the first seals'];
}

function claimMarginFaults({ MAIL_SCHEDULER_CLAIM_MARGIN: marginMs }: ReadValues, production: boolean): string[] {
  if (!production || marginMs === undefined || marginMs >= SAFE_CLAIM_MARGIN_MS) return [];
  // Below it, a worker that is merely slow is taken for lost, and recovery itself makes duplicates.
  return [`MAIL_SCHEDULER_CLAIM_MARGIN is "${formatDuration(marginMs)}": with NODE_ENV=production it must be at least 30s`];
}

function failpointFaults({ MAIL_FAILPOINTS: failpoints }: ReadValues, production: boolean): string[] {
  if (!production || !failpoints) return [];
  return ['MAIL_FAILPOINTS is set: it breaks the process on purpose, and with NODE_ENV=production it must not be'];
}

const ACCEPT_OR_SEND: readonly AppName[] = ['intake-api', 'stream-consumer', 'attempt-worker'];

// The default, so that a first start needs no mail server; whoever meant to send must learn that nothing is.
function stubWarnings({ MAIL_SMTP_MODE: mode }: ReadValues, app: AppName): string[] {
  if (mode !== 'stub' || !ACCEPT_OR_SEND.includes(app)) return [];
  return [
    'STUB: MAIL_SMTP_MODE is stub. Nothing is sent: every mail ends as sent with the reply "250 stub", login codes as suppressed. Set MAIL_SMTP_MODE=smtp and MAIL_SMTP_ADDR to send mail',
  ];
}

function insecureWarnings(values: ReadValues): string[] {
  if (values.MAIL_SMTP_INSECURE_SKIP_VERIFY !== true) return [];
  return [
    'INSECURE: MAIL_SMTP_INSECURE_SKIP_VERIFY is true. The SMTP server is not verified and mail, and the login, may travel in plaintext. For local development only',
  ];
}

function drainWarnings({ MAIL_SHUTDOWN_TIMEOUT: shutdownMs, MAIL_SMTP_TIMEOUT: smtpMs, MAIL_SMTP_MODE: mode }: ReadValues): string[] {
  if (mode !== 'smtp' || shutdownMs === undefined || smtpMs === undefined || shutdownMs >= smtpMs) return [];
  return [
    `MAIL_SHUTDOWN_TIMEOUT (${formatDuration(shutdownMs)}) is shorter than MAIL_SMTP_TIMEOUT (${formatDuration(smtpMs)}): a stop may cut an attempt short, which then ends uncertain and may be sent twice`,
  ];
}
