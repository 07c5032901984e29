import { hostname } from 'node:os';
import { deriveSecretKey } from '@mail/domain';
import type { AppName } from './app-name.js';
import { defaultEhloName } from './kinds/ehlo-name.js';
import type { MailConfig, SmtpConfig } from './mail-config.js';
import type { Values } from './variables.js';
import { defaultHeartbeatFile } from '../heartbeat-file.js';

/** The configuration of `app` from what its variables say. */
export function assembleConfig(values: Values, app: AppName): MailConfig {
  return {
    app,
    production: values.NODE_ENV === 'production',
    shutdownTimeoutMs: values.MAIL_SHUTDOWN_TIMEOUT,
    logLevel: values.MAIL_LOG_LEVEL,
    http: {
      ...values.MAIL_INTERNAL_HTTP_ADDR,
      readHeaderTimeoutMs: values.MAIL_INTERNAL_HTTP_READ_HEADER_TIMEOUT,
      readTimeoutMs: values.MAIL_INTERNAL_HTTP_READ_TIMEOUT,
      idleTimeoutMs: values.MAIL_INTERNAL_HTTP_IDLE_TIMEOUT,
      allowedHosts: values.MAIL_INTERNAL_HTTP_ALLOWED_HOSTS,
      maxConnections: values.MAIL_INTERNAL_HTTP_MAX_CONNECTIONS,
      bodyMemoryBytes: values.MAIL_INTERNAL_HTTP_BODY_MEMORY,
    },
    operatorRequestTimeoutMs: values.MAIL_OPERATOR_REQUEST_TIMEOUT,
    redis: {
      master: values.MAIL_REDIS_MASTER_ADDR,
      replicas: values.MAIL_REDIS_REPLICA_ADDRS ?? [],
      password: values.MAIL_REDIS_PASSWORD,
      db: values.MAIL_REDIS_DB,
      operationTimeoutMs: values.MAIL_REDIS_OPERATION_TIMEOUT,
      commandStream: values.MAIL_REDIS_COMMAND_STREAM,
      blockTimeoutMs: values.MAIL_STREAM_BLOCK_TIMEOUT,
    },
    postgres: {
      primaryDsn: values.MAIL_POSTGRES_PRIMARY_DSN,
      replicaDsns: values.MAIL_POSTGRES_REPLICA_DSNS ?? [],
      operationTimeoutMs: values.MAIL_POSTGRES_OPERATION_TIMEOUT,
      maxOpenConns: values.MAIL_POSTGRES_MAX_OPEN_CONNS,
      maxIdleConns: Math.min(values.MAIL_POSTGRES_MAX_IDLE_CONNS, values.MAIL_POSTGRES_MAX_OPEN_CONNS),
      connMaxLifetimeMs: values.MAIL_POSTGRES_CONN_MAX_LIFETIME,
      notifyEnabled: values.MAIL_POSTGRES_NOTIFY_ENABLED,
    },
    smtp: smtpOf(values),
    templateDir: values.MAIL_TEMPLATE_DIR,
    workerConcurrency: values.MAIL_ATTEMPT_WORKER_CONCURRENCY,
    secretKeys: (values.MAIL_SECRETS_KEY ?? []).map(deriveSecretKey),
    idempotencyTtlMs: values.MAIL_IDEMPOTENCY_TTL,
    deliveryRetentionMs: values.MAIL_DELIVERY_RETENTION,
    malformedCommandRetentionMs: values.MAIL_MALFORMED_COMMAND_RETENTION,
    operatorActionRetentionMs: values.MAIL_OPERATOR_ACTION_RETENTION,
    cleanupIntervalMs: values.MAIL_CLEANUP_INTERVAL,
    retry: {
      scheduleMs: values.MAIL_RETRY_SCHEDULE,
      troubleLimitMs: values.MAIL_PROVIDER_TROUBLE_LIMIT,
      finalReplyTimeoutMs: values.MAIL_SMTP_FINAL_REPLY_TIMEOUT,
    },
    scheduler: {
      pollIntervalMs: values.MAIL_SCHEDULER_POLL_INTERVAL,
      recoveryIntervalMs: values.MAIL_SCHEDULER_RECOVERY_INTERVAL,
      claimMarginMs: values.MAIL_SCHEDULER_CLAIM_MARGIN,
      claimWindow: values.MAIL_SCHEDULER_CLAIM_WINDOW,
    },
    streamLeaseTtlMs: values.MAIL_STREAM_LEASE_TTL,
    maxCommandBytes: values.MAIL_MAX_COMMAND_BYTES,
    failpoints: values.MAIL_FAILPOINTS ?? [],
    heartbeatFile: values.MAIL_HEARTBEAT_FILE ?? defaultHeartbeatFile(app),
    otel: {
      serviceName: values.OTEL_SERVICE_NAME,
      traces: values.OTEL_TRACES_EXPORTER,
      metrics: values.OTEL_METRICS_EXPORTER,
      tracesProtocol: values.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? values.OTEL_EXPORTER_OTLP_PROTOCOL,
      metricsProtocol: values.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL ?? values.OTEL_EXPORTER_OTLP_PROTOCOL,
      stdoutTraces: values.MAIL_OTEL_STDOUT_TRACES_ENABLED,
      stdoutMetrics: values.MAIL_OTEL_STDOUT_METRICS_ENABLED,
    },
  };
}

function smtpOf(values: Values): SmtpConfig {
  const settings = {
    username: values.MAIL_SMTP_USERNAME,
    password: values.MAIL_SMTP_PASSWORD,
    oauth2: oauth2Of(values),
    fromEmail: values.MAIL_SMTP_FROM_EMAIL,
    fromName: values.MAIL_SMTP_FROM_NAME,
    timeoutMs: values.MAIL_SMTP_TIMEOUT,
    insecureSkipVerify: values.MAIL_SMTP_INSECURE_SKIP_VERIFY,
  };
  if (values.MAIL_SMTP_MODE === 'stub') return { ...settings, mode: 'stub', host: null, port: null };
  const { MAIL_SMTP_ADDR: address, MAIL_SMTP_FROM_EMAIL: fromEmail } = values;
  if (address === null || fromEmail === null) throw new Error('smtp mode without MAIL_SMTP_ADDR or MAIL_SMTP_FROM_EMAIL');
  const ehloName = values.MAIL_SMTP_EHLO_NAME ?? defaultEhloName(hostname(), fromEmail);
  return { ...settings, mode: 'smtp', fromEmail, ehloName, ...address };
}

function oauth2Of(values: Values): SmtpConfig['oauth2'] {
  const {
    MAIL_SMTP_OAUTH2_TOKEN_URL: tokenUrl,
    MAIL_SMTP_OAUTH2_CLIENT_ID: clientId,
    MAIL_SMTP_OAUTH2_CLIENT_SECRET: clientSecret,
  } = values;
  if (tokenUrl === null || clientId === null || clientSecret === null) return null;
  return { tokenUrl, clientId, clientSecret, scope: values.MAIL_SMTP_OAUTH2_SCOPE };
}
