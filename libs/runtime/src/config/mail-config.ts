import type { RetryPolicy, SecretKeys } from '@mail/domain';
import type { Failpoint } from './kinds/failpoint.js';
import type { AppName } from './app-name.js';
import type { LogLevel } from './variables/process.js';
import type { Address } from './kinds/address.js';

export type OtlpProtocol = 'http/protobuf' | 'grpc';

export interface StubSmtpConfig {
  readonly mode: 'stub';
  readonly host: null;
  readonly port: null;
}

export interface RealSmtpConfig {
  readonly mode: 'smtp';
  readonly host: string;
  /** 465 is implicit TLS; any other port must offer STARTTLS. */
  readonly port: number;
  /** What EHLO says. */
  readonly ehloName: string;
}

export interface SmtpSettings {
  /** `null`: no login. */
  readonly username: string | null;
  /** With a user name, either this or `oauth2`. */
  readonly password: string | null;
  readonly oauth2: {
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly scope: string | null;
  } | null;
  /** Never null in `smtp` mode. */
  readonly fromEmail: string | null;
  readonly fromName: string | null;
  /** One whole attempt, connect to final reply, in ms. */
  readonly timeoutMs: number;
  readonly insecureSkipVerify: boolean;
}

export type SmtpConfig = SmtpSettings & (StubSmtpConfig | (RealSmtpConfig & { readonly fromEmail: string }));

/** The configuration of one process: whole, valid, immutable. Every `…Ms` is whole milliseconds. */
export interface MailConfig {
  readonly app: AppName;
  /** `NODE_ENV=production`: what is for development only is refused. */
  readonly production: boolean;
  readonly shutdownTimeoutMs: number;
  readonly logLevel: LogLevel;
  readonly http: {
    /** `null`: every interface. */
    readonly host: string | null;
    readonly port: number;
    readonly readHeaderTimeoutMs: number;
    readonly readTimeoutMs: number;
    readonly idleTimeoutMs: number;
    /** Lower case, without a port; IPv6 in brackets. */
    readonly allowedHosts: readonly string[];
    readonly maxConnections: number;
    /** Of all bodies together. */
    readonly bodyMemoryBytes: number;
  };
  readonly operatorRequestTimeoutMs: number;
  readonly redis: {
    readonly master: Address;
    /** Validated only: a replica may trail the offset, so that nothing reads from one. */
    readonly replicas: readonly Address[];
    /** `''`: a Redis without a password. */
    readonly password: string;
    readonly db: number;
    readonly operationTimeoutMs: number;
    readonly commandStream: string;
    readonly blockTimeoutMs: number;
  };
  readonly postgres: {
    readonly primaryDsn: string;
    readonly replicaDsns: readonly string[];
    readonly operationTimeoutMs: number;
    readonly maxOpenConns: number;
    /** At most `maxOpenConns`. */
    readonly maxIdleConns: number;
    readonly connMaxLifetimeMs: number;
    readonly notifyEnabled: boolean;
  };
  readonly smtp: SmtpConfig;
  readonly templateDir: string;
  readonly workerConcurrency: number;
  /** The first seals, all open; none: nothing is sealed. */
  readonly secretKeys: SecretKeys;
  readonly idempotencyTtlMs: number;
  readonly deliveryRetentionMs: number;
  readonly malformedCommandRetentionMs: number;
  readonly operatorActionRetentionMs: number;
  readonly cleanupIntervalMs: number;
  readonly retry: RetryPolicy;
  readonly scheduler: {
    readonly pollIntervalMs: number;
    readonly recoveryIntervalMs: number;
    /** A claim is stale at `smtp.timeoutMs` plus this. */
    readonly claimMarginMs: number;
    readonly claimWindow: number;
  };
  readonly streamLeaseTtlMs: number;
  readonly maxCommandBytes: number;
  readonly failpoints: readonly Failpoint[];
  readonly heartbeatFile: string;
  readonly otel: {
    readonly serviceName: string;
    readonly traces: 'otlp' | 'none';
    readonly metrics: 'otlp' | 'none';
    readonly tracesProtocol: OtlpProtocol;
    readonly metricsProtocol: OtlpProtocol;
    readonly stdoutTraces: boolean;
    readonly stdoutMetrics: boolean;
  };
}
