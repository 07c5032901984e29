import { PROBLEMS, type ProblemCode } from '@mail/domain';
import { z } from 'zod';
import { id, named, time, type Answer } from '../named-schemas.js';
import { acceptanceOutcome } from './acceptance.js';
import { reply } from './delivery.js';
import { pageOf } from './page.js';

export const fault = named(
  'Fault',
  z.object({ pointer: z.string().meta({ description: 'An RFC 6901 JSON pointer.' }), detail: z.string() }),
);
export const problemCode = z.enum(Object.keys(PROBLEMS) as ProblemCode[]);

export const deadLetterAnswer = named(
  'DeadLetter',
  z.object({
    delivery_id: id,
    source: z.string(),
    idempotency_key: z.string(),
    template_id: z.string().nullable(),
    reason: z.string(),
    attempts: z.int().min(1),
    ...reply,
    error: z.string().nullable(),
    created_at: time,
  }),
);
export type DeadLetterAnswer = Answer<typeof deadLetterAnswer>;
export const deadLetterPage = pageOf('DeadLetterPage', deadLetterAnswer);

const malformed = {
  malformed_id: id,
  stream: z.string(),
  incarnation: z.int().min(1),
  entry_id: z.string(),
  source: z.string().nullable(),
  idempotency_key: z.string().nullable(),
  code: problemCode,
  reason: z.string(),
  faults: z.array(fault),
  raw_bytes: z.int().min(0).meta({ description: 'The length of the whole command.' }),
  sha256: z.string().nullable().meta({ description: 'In hex, of what cannot be read alone.' }),
  created_at: time,
  replayed_at: time.nullable(),
  delivery_id: id.nullable().meta({ description: 'What became of it once it was replayed.' }),
  replay_outcome: acceptanceOutcome.nullable(),
};
export const malformedCommandAnswer = named('MalformedCommand', z.object(malformed));
export type MalformedCommandAnswer = Answer<typeof malformedCommandAnswer>;
export const malformedCommandPage = pageOf('MalformedCommandPage', malformedCommandAnswer);
export const shownMalformedCommand = named(
  'ShownMalformedCommand',
  z.object({
    ...malformed,
    command: z.unknown().meta({ description: 'As it was sent, with what is or may be secret masked; `null` where it cannot be read.' }),
  }),
);
export type ShownMalformedCommand = Answer<typeof shownMalformedCommand>;

const detail = z.record(z.string(), z.unknown());
export const streamIncidentAnswer = named(
  'StreamIncident',
  z.object({
    incident_id: id,
    stream: z.string(),
    incarnation: z.int().min(1),
    kind: z.enum(['gap', 'missing_key', 'wrong_type', 'went_backwards']),
    offset_id: z.string(),
    detail,
    detected_at: time,
    resolved_at: time.nullable(),
  }),
);
export type StreamIncidentAnswer = Answer<typeof streamIncidentAnswer>;
export const streamIncidentPage = pageOf('StreamIncidentPage', streamIncidentAnswer);

export const operatorActionAnswer = named(
  'OperatorAction',
  z.object({ action_id: id, operator: z.string(), action: z.string(), delivery_ids: z.array(id), detail, created_at: time }),
);
export type OperatorActionAnswer = Answer<typeof operatorActionAnswer>;
export const operatorActionPage = pageOf('OperatorActionPage', operatorActionAnswer);
