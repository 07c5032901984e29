/** Short times, by configuration alone, so that what a fault leaves behind is taken up again within seconds. */
export const hastySettings: Readonly<Record<string, string>> = {
  MAIL_SMTP_MODE: 'smtp',
  MAIL_SMTP_FROM_EMAIL: 'no-reply@galaxy.example',
  MAIL_SMTP_INSECURE_SKIP_VERIFY: 'true',
  MAIL_SMTP_TIMEOUT: '3s',
  MAIL_SMTP_FINAL_REPLY_TIMEOUT: '1s',
  MAIL_SCHEDULER_CLAIM_MARGIN: '1s',
  MAIL_SCHEDULER_RECOVERY_INTERVAL: '250ms',
  MAIL_STREAM_LEASE_TTL: '2s',
  MAIL_STREAM_BLOCK_TIMEOUT: '500ms',
  MAIL_REDIS_OPERATION_TIMEOUT: '1s',
  MAIL_POSTGRES_OPERATION_TIMEOUT: '3s',
  MAIL_POSTGRES_MAX_OPEN_CONNS: '6',
  MAIL_RETRY_SCHEDULE: '250ms,500ms,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s',
  MAIL_SHUTDOWN_TIMEOUT: '8s',
  MAIL_ATTEMPT_WORKER_CONCURRENCY: '8',
};
