import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { readRetentionLag, type Database } from '@mail/persistence';
import { gauge, loop, type Loop, type ProcessContext } from '@mail/runtime';
import { observeStuckRows } from '@mail/runtime/stuck-rows';
import { sweep } from './sweep.js';

/** One loop over PostgreSQL: a pass at once, then one an interval. */
@Injectable()
export class Retention implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private running: Loop | null = null;

  constructor(
    private readonly context: ProcessContext,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    const { logger, heartbeat, config } = this.context;
    gauge('mail.retention.behind', async () =>
      Object.entries(await readRetentionLag(this.database, config)).map(([kind, ms]: [string, number]) => ({
        value: ms / 1000,
        attributes: { kind },
      })),
    );
    const sweeping = sweep({
      database: this.database,
      logger,
      deliveryRetentionMs: config.deliveryRetentionMs,
      malformedCommandRetentionMs: config.malformedCommandRetentionMs,
      operatorActionRetentionMs: config.operatorActionRetentionMs,
      intervalMs: config.cleanupIntervalMs,
    });
    observeStuckRows(sweeping.stuck);
    this.running = loop({ name: 'sweep', intervalMs: config.cleanupIntervalMs, logger, heartbeat, turn: sweeping.turn });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
