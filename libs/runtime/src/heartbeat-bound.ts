import type { MailConfig } from './config/mail-config.js';

const SLACK_MS = 30_000;
const STATEMENTS_A_TURN = 4;

/**
 * The age in ms past which a process counts as hung: 30 s more than the longest turn that nothing is wrong with, which is
 * four statements that each take all the time they may, and one wait for SMTP or for the stream. 65 s by default.
 */
export function heartbeatBoundMs({ postgres, redis, smtp }: Pick<MailConfig, 'postgres' | 'redis' | 'smtp'>): number {
  const outsideMs = Math.max(smtp.timeoutMs, redis.blockTimeoutMs + redis.operationTimeoutMs);
  return SLACK_MS + STATEMENTS_A_TURN * postgres.operationTimeoutMs + outsideMs;
}
