import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { FilterParameters } from '@mail/domain';
import { readMalformedCommand, readStats } from '@mail/persistence';
import type { SmtpConfig } from '@mail/runtime';
import type { TemplateCatalog } from '@mail/templates';
import { deadLetters } from './lists/dead-letters.js';
import { deliveries } from './lists/deliveries.js';
import { malformedCommands } from './lists/malformed-commands.js';
import { operatorActions } from './lists/operator-actions.js';
import { streamIncidents } from './lists/stream-incidents.js';
import { answerPage, type OperatorReads } from './operator-list.js';
import { ProblemError } from './problem.js';
import { uuidOf } from './request/uuid-of.js';
import { showMalformedCommand } from './show-malformed-command.js';
import { showStats } from './show-stats.js';
import { within } from './within.js';

export interface OperatorListsOptions extends OperatorReads {
  readonly templates: TemplateCatalog;
  readonly smtpMode: SmtpConfig['mode'];
}

/** Injects the `OperatorListsOptions`. */
export const OPERATOR_LISTS_OPTIONS = Symbol('operator lists options');

/** What operators page through, and how it all stands. */
@Controller('api/v1/internal')
export class OperatorListsController {
  constructor(@Inject(OPERATOR_LISTS_OPTIONS) private readonly options: OperatorListsOptions) {}

  @Get('deliveries')
  deliveries(@Query() query: FilterParameters) {
    return answerPage(this.options, deliveries, query);
  }

  @Get('dead-letters')
  deadLetters(@Query() query: FilterParameters) {
    return answerPage(this.options, deadLetters, query);
  }

  @Get('malformed-commands')
  malformedCommands(@Query() query: FilterParameters) {
    return answerPage(this.options, malformedCommands, query);
  }

  @Get('malformed-commands/:id')
  async malformedCommand(@Param('id') id: string) {
    const { database, operatorRequestTimeoutMs: timeoutMs, templates } = this.options;
    const malformedId = uuidOf(id, 'malformed command');
    const found = await within(
      timeoutMs,
      database.read(timeoutMs, (reader) => readMalformedCommand(reader, malformedId)),
    );
    if (found === null) throw ProblemError.of('not_found', 'There is no such malformed command.');
    return showMalformedCommand(found, templates);
  }

  @Get('stream/incidents')
  streamIncidents(@Query() query: FilterParameters) {
    return answerPage(this.options, streamIncidents, query);
  }

  @Get('operator-actions')
  operatorActions(@Query() query: FilterParameters) {
    return answerPage(this.options, operatorActions, query);
  }

  @Get('stats')
  async stats() {
    const { database, operatorRequestTimeoutMs: timeoutMs, smtpMode } = this.options;
    return showStats(await within(timeoutMs, database.read(timeoutMs, readStats)), smtpMode);
  }
}
