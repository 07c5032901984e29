/** Bounds so wide that a busy machine is not taken for a service that is gone: for specs in which no failure is expected. */
export const PATIENT = {
  MAIL_POSTGRES_OPERATION_TIMEOUT: '30s',
  MAIL_REDIS_OPERATION_TIMEOUT: '20s',
  MAIL_INTERNAL_HTTP_READ_TIMEOUT: '60s',
  MAIL_SMTP_TIMEOUT: '60s',
  MAIL_STREAM_LEASE_TTL: '60s',
} as const;
