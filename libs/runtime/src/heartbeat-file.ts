import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppName } from './config/app-name.js';

/** The heartbeat file of an app where `MAIL_HEARTBEAT_FILE` names none. The probe loads this: nothing heavy may be imported here. */
export function defaultHeartbeatFile(app: AppName): string {
  return join(tmpdir(), `mail-${app}.heartbeat`);
}
