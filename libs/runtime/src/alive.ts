import { readFileSync, statSync } from 'node:fs';
import type { AppName } from './config/app-name.js';
import { defaultHeartbeatFile } from './heartbeat-file.js';
import type { HeartbeatContent } from './heartbeat.js';

/**
 * The probe of an app: exits 0 while its heartbeat is younger than the bound that the process wrote into it, else 1 with
 * the reason on standard error. Imports Node's own modules only: it is started every few seconds.
 */
export function alive(app: AppName): void {
  const file = process.env['MAIL_HEARTBEAT_FILE'] || defaultHeartbeatFile(app);
  try {
    const { max_age_ms: boundMs, pid } = JSON.parse(readFileSync(file, 'utf8')) as HeartbeatContent;
    const ageMs = Date.now() - statSync(file).mtimeMs;
    if (ageMs <= boundMs) return;
    process.stderr.write(`${app} (pid ${pid}) is hung: its heartbeat is ${Math.round(ageMs)} ms old, and may be ${boundMs}\n`);
  } catch (error) {
    process.stderr.write(`${app} has no heartbeat: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  process.exitCode = 1;
}
