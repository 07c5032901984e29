/** The least environment that a process starts with. */
export const VALID_ENVIRONMENT = {
  MAIL_REDIS_MASTER_ADDR: 'redis:6379',
  MAIL_REDIS_PASSWORD: '',
  MAIL_POSTGRES_PRIMARY_DSN: 'postgres://mail:hunter2@db:5432/mail',
} as const;
