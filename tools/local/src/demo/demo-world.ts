import type pg from 'pg';
import type { Redis } from 'ioredis';
import type { AppSurroundings } from '../app-environment.ts';
import type { Context } from '../run-command.ts';
import type { RunningApps } from '../start-apps.ts';
import type { Inbox } from '../start-inbox.ts';
import type { DemoOptions } from './demo-options.ts';

/** Everything that one run of the demo stands on. */
export interface DemoWorld {
  readonly context: Context;
  readonly options: DemoOptions;
  /** Names the run; its idempotency keys begin with it. */
  readonly run: string;
  readonly stream: string;
  readonly api: string;
  readonly database: pg.Client;
  readonly redis: Redis;
  /** None where mail goes to a server that is not ours. */
  readonly inbox: Inbox | undefined;
  readonly surroundings: AppSurroundings;
  readonly apps: RunningApps;
}
