import type { Failpoint } from './config/kinds/failpoint.js';
import type { Logger } from './logger.js';

/** What PostgreSQL's drivers say of a connection that broke (SQLSTATE 08006): what was done on it may have taken effect or not. */
class FailpointError extends Error {
  override readonly name = 'FailpointError';
  readonly code = '08006';
}

const forever = new Promise<never>(() => undefined);

/**
 * Breaks the process on purpose as it passes a point: `kill` and `stop` send it SIGKILL and SIGSTOP, `error` throws what a lost
 * connection throws, `hang` never returns. For proving that nothing is lost; `undefined` where no failpoint is set.
 */
export function failAt(failpoints: readonly Failpoint[], logger: Logger): ((point: string) => Promise<void>) | undefined {
  if (failpoints.length === 0) return undefined;
  logger.warn({ event: 'failpoints_armed', failpoints }, 'this process will break on purpose');
  const passed = new Map<string, number>();
  return async (point) => {
    const times = (passed.get(point) ?? 0) + 1;
    passed.set(point, times);
    const action = failpoints.find((failpoint) => failpoint.point === point && failpoint.hit === times)?.action;
    if (action === undefined) return;
    logger.warn({ event: 'failpoint_hit', point, times, action }, 'a failpoint acts');
    if (action === 'error') throw new FailpointError(`failpoint ${point}`);
    if (action === 'kill') process.kill(process.pid, 'SIGKILL');
    if (action === 'stop') return void process.kill(process.pid, 'SIGSTOP');
    await forever;
  };
}
