import { Module, type DynamicModule } from '@nestjs/common';
import type { ProcessContext } from '@mail/runtime';
import { loggerModule } from '@mail/runtime/nest';
import { CANCEL_OPTIONS, CancelController, type CancelOptions } from './cancel.controller.js';
import { DELIVERIES_OPTIONS, DeliveriesController, type DeliveriesOptions } from './deliveries.controller.js';
import { INSPECTION_OPTIONS, InspectionController, type InspectionOptions } from './inspection.controller.js';
import { OpenApiController } from './openapi.controller.js';
import { OPERATOR_LISTS_OPTIONS, OperatorListsController, type OperatorListsOptions } from './operator-lists.controller.js';
import { REPLAY_OPTIONS, ReplayController, type ReplayOptions } from './replay.controller.js';
import { RESEND_PLANS_OPTIONS, ResendPlansController, type ResendPlansOptions } from './resend-plans.controller.js';
import { STREAM_ADOPTION_OPTIONS, StreamAdoptionController, type StreamAdoptionOptions } from './stream-adoption.controller.js';
import { TEMPLATES_OPTIONS, TemplatesController, type TemplatesOptions } from './templates.controller.js';

/** What each group of endpoints gets. */
export interface IntakeOptions {
  readonly deliveries: DeliveriesOptions;
  readonly cancel: CancelOptions;
  readonly lists: OperatorListsOptions;
  readonly inspection: InspectionOptions;
  readonly replay: ReplayOptions;
  readonly resendPlans: ResendPlansOptions;
  readonly streamAdoption: StreamAdoptionOptions;
  readonly templates: TemplatesOptions;
}

@Module({})
export class AppModule {
  static readonly controllers = [
    DeliveriesController,
    CancelController,
    OperatorListsController,
    InspectionController,
    ReplayController,
    ResendPlansController,
    StreamAdoptionController,
    TemplatesController,
    OpenApiController,
  ];

  static with({ logger }: ProcessContext, options: IntakeOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [loggerModule(logger)],
      controllers: [...AppModule.controllers],
      providers: [
        { provide: DELIVERIES_OPTIONS, useValue: options.deliveries },
        { provide: CANCEL_OPTIONS, useValue: options.cancel },
        { provide: OPERATOR_LISTS_OPTIONS, useValue: options.lists },
        { provide: INSPECTION_OPTIONS, useValue: options.inspection },
        { provide: REPLAY_OPTIONS, useValue: options.replay },
        { provide: RESEND_PLANS_OPTIONS, useValue: options.resendPlans },
        { provide: STREAM_ADOPTION_OPTIONS, useValue: options.streamAdoption },
        { provide: TEMPLATES_OPTIONS, useValue: options.templates },
      ],
    };
  }
}
