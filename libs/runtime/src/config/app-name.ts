/** The five deployables. */
export const APP_NAMES = ['intake-api', 'stream-consumer', 'scheduler', 'attempt-worker', 'retention-job'] as const;

export type AppName = (typeof APP_NAMES)[number];
