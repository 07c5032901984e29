import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { format } from 'node:util';
import { boundHeapGrowth } from './bound-heap-growth.js';
import type { AppName } from './config/app-name.js';
import type { MailConfig } from './config/mail-config.js';
import { readConfig } from './config/read-config.js';
import { EXIT_BROKEN, failStart } from './fail-start.js';
import { heartbeatBoundMs } from './heartbeat-bound.js';
import { heartbeatFile, type Heartbeat, type HeartbeatFile } from './heartbeat.js';
import { createLogger, type Logger } from './logger.js';
import { configurationFault } from './startup-error.js';
import { stopSignals, type StopSignals } from './stop-signals.js';
import { startTelemetry, type Telemetry } from './telemetry/start-telemetry.js';

export interface ProcessContext {
  readonly config: MailConfig;
  readonly logger: Logger;
  readonly heartbeat: Heartbeat;
  /** host:pid:random; tells this process from every other, also from an earlier one of the same pid. */
  readonly workerId: string;
}

export interface RunningProcess {
  /** Takes no more work, finishes what is in flight and closes everything. `runProcess` bounds the time. */
  drain(): Promise<void>;
}

const FLUSH_MS = 5_000;
const BEAT_EVERY_MS = 5_000;

/**
 * A process from start to exit; never returns before it. Exit codes: 0 stopped in time, 1 not in time, 65, 69 and 78 not
 * started (see `StartupError`), 70 broken (what nobody caught), 128 + n ended by a second signal.
 */
export async function runProcess(app: AppName, boot: (context: ProcessContext) => Promise<RunningProcess>): Promise<void> {
  boundHeapGrowth();
  const reading = readConfig(process.env, app);
  const logger = createLogger(reading.ok ? reading.config : { app, logLevel: 'info' });
  for (const warning of reading.warnings) logger.warn({ event: 'config_warning' }, warning);
  if (!reading.ok) return failStart(app, logger, configurationFault(reading.faults));
  const { config } = reading;
  dieOfWhatNobodyCaught(logger);
  logLibraryWarnings(logger);
  const stop = stopSignals(config.shutdownTimeoutMs, (signal) =>
    logger.info({ event: 'stopping', signal, within_ms: config.shutdownTimeoutMs }, `${app} is stopping`),
  );
  // Between two reconnects a process may have no socket and no timer: it must not end for that.
  setInterval(() => undefined, 2 ** 30);

  const heartbeat = heartbeatFile(config.heartbeatFile, heartbeatBoundMs(config), (error) =>
    logger.warn(
      { event: 'heartbeat_failed', file: config.heartbeatFile, err: error },
      'the heartbeat cannot be written: the probe will say hung',
    ),
  );
  heartbeat.touch();
  const telemetry = await startTelemetry(config);
  const workerId = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
  const booted = boot({ config, logger, heartbeat, workerId });
  const running = await startedOrExit(booted, { app, logger, stop, heartbeat });
  setInterval(heartbeat.touchUnlessPulsed, BEAT_EVERY_MS);
  if (!stop.received) {
    // The clock of `performance` starts with the process itself.
    const startup_ms = Math.round(performance.now());
    const rss_mb = Math.round(process.memoryUsage.rss() / 2 ** 20);
    logger.info({ event: 'started', startup_ms, rss_mb, worker_id: workerId, node: process.version }, `${app} started`);
  }
  await stop.requested;
  const exitCode = await drained(running, { logger, stop, heartbeat });
  await flushed(telemetry, stop, logger);
  heartbeat.remove();
  logger.info({ event: 'stopped', exit_code: exitCode }, `${app} stopped`);
  process.exit(exitCode);
}

function dieOfWhatNobodyCaught(logger: Logger): void {
  const die = (event: string) => (error: unknown) => {
    logger.fatal({ event, exit_code: EXIT_BROKEN, err: error }, 'nobody caught this: the process ends, rather than go on half broken');
    process.exit(EXIT_BROKEN);
  };
  process.on('uncaughtException', die('uncaught_exception'));
  process.on('unhandledRejection', die('unhandled_rejection'));
}

/** What libraries and Node print as text would break the lines of the log. */
function logLibraryWarnings(logger: Logger): void {
  const warn = (...words: unknown[]): void => logger.warn({ event: 'library_warning' }, format(...words));
  console.warn = warn;
  console.error = warn;
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    // Of what this code uses knowingly.
    if (name !== 'ExperimentalWarning') warn(`${name}: ${message}`);
  });
}

interface Ending {
  readonly logger: Logger;
  readonly stop: StopSignals;
  readonly heartbeat: HeartbeatFile;
}

/** A signal during the start lets it finish, since half a start cannot be cleaned up; but not past the time to stop in. */
async function startedOrExit(
  booted: Promise<RunningProcess>,
  { app, logger, stop, heartbeat }: Ending & { app: AppName },
): Promise<RunningProcess> {
  try {
    const running = await Promise.race([booted, stop.overdue]);
    if (running !== 'overdue') return running;
    logger.warn({ event: 'stopped', exit_code: 0 }, `${app} was stopped while it was still starting`);
  } catch (error) {
    heartbeat.remove();
    if (!stop.received) return failStart(app, logger, error);
    logger.warn({ event: 'stopped', exit_code: 0, err: error }, `${app} was stopped while it was starting, which then failed`);
  }
  heartbeat.remove();
  process.exit(0);
}

async function drained(running: RunningProcess, { logger, stop, heartbeat }: Ending): Promise<0 | 1> {
  // Its loops have stopped, yet it is not hung.
  const beating = setInterval(heartbeat.touch, BEAT_EVERY_MS);
  try {
    const outcome = await Promise.race([running.drain(), stop.overdue]);
    if (outcome !== 'overdue') return 0;
    logger.error({ event: 'drain_overdue' }, 'not everything in flight was finished in time; recovery will see to it');
  } catch (error) {
    logger.error({ event: 'drain_failed', err: error }, 'stopping failed');
  } finally {
    clearInterval(beating);
  }
  return 1;
}

/** A collector that is down costs its signals, never the exit code. */
async function flushed(telemetry: Telemetry, stop: StopSignals, logger: Logger): Promise<void> {
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), FLUSH_MS));
  try {
    const outcome = await Promise.race([telemetry.shutdown(), stop.overdue, late]);
    if (outcome !== undefined) logger.warn({ event: 'telemetry_lost' }, 'the last signals could not be sent in time');
  } catch (error) {
    logger.warn({ event: 'telemetry_lost', err: error }, 'the last signals could not be sent');
  }
}
