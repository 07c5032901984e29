import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { isDatabaseUnavailable, isLockedError } from '@mail/persistence';
import type { Logger } from '@mail/runtime';
import { KeepErrorFilter } from '@mail/runtime/nest';
import { COMMAND_AHEAD, COMMAND_BATCH, type StreamEntry } from '@mail/stream';
import { LeaseLostError, type AcceptCommands } from './accept-commands.js';
import type { LeasedPosition } from './stream-position.js';

export interface CommandsOptions {
  readonly position: LeasedPosition;
  readonly accept: AcceptCommands;
  /** Records its entries as malformed, whatever they are. */
  readonly setAside: AcceptCommands;
  readonly logger: Logger;
}

/** Injects the `CommandsOptions`. */
export const COMMANDS_OPTIONS = Symbol('commands options');

/** Where a batch of the stream arrives. */
@Controller()
@UseFilters(KeepErrorFilter)
export class CommandsController {
  constructor(@Inject(COMMANDS_OPTIONS) private readonly options: CommandsOptions) {}

  @EventPattern(COMMAND_BATCH)
  async onBatch(@Payload() entries: StreamEntry[]): Promise<void> {
    try {
      await this.write(entries, this.options.accept);
    } catch (error) {
      if (isOfTheBatch(error)) throw error;
      this.options.logger.error(
        { event: 'batch_failed', entries: entries.length, err: error },
        'a batch cannot be stored: its entries are tried one by one',
      );
      for (const entry of entries) await this.writeAlone(entry);
    }
  }

  /** While the batch before is on its way to PostgreSQL, which leaves this process idle. */
  @EventPattern(COMMAND_AHEAD)
  onAhead(@Payload() entries: StreamEntry[]): void {
    this.options.accept.prepare(entries);
  }

  /** One that PostgreSQL refuses, though everything here let it pass, must not hold up the others. */
  private async writeAlone(entry: StreamEntry): Promise<void> {
    try {
      await this.write([entry], this.options.accept);
    } catch (error) {
      // What another holds is let go some time: an entry is not to be refused for it.
      if (isOfTheBatch(error) || isLockedError(error)) throw error;
      this.options.logger.error(
        { event: 'entry_failed', entry_id: entry.id, err: error },
        'an entry cannot be stored: it is recorded as malformed',
      );
      await this.write([entry], this.options.setAside);
    }
  }

  private async write(entries: readonly StreamEntry[], accept: AcceptCommands): Promise<void> {
    await accept(entries, this.options.position.current);
    const last = entries.at(-1);
    if (last !== undefined) this.options.position.moved(last.id, entries.length);
  }
}

function isOfTheBatch(error: unknown): boolean {
  return error instanceof LeaseLostError || isDatabaseUnavailable(error);
}
