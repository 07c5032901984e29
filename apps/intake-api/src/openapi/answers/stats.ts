import { DELIVERY_STATUSES, PRIORITIES } from '@mail/domain';
import { z } from 'zod';
import { cappedCount, named, time, type Answer } from '../named-schemas.js';
import { deliveryStatus } from './delivery.js';

const count = z.int().min(0);
const counts = { consumed: count, accepted: count, replayed: count, malformed: count, missed: count };
const endCounts = z.partialRecord(z.enum(DELIVERY_STATUSES), count);

export const statsAnswer = named(
  'Stats',
  z.object({
    smtp_mode: z.enum(['stub', 'smtp']),
    deliveries: z.array(z.object({ status: deliveryStatus, count, capped: z.boolean() })),
    lanes: z.array(
      z.object({
        priority: z.enum(PRIORITIES),
        due: cappedCount,
        later: cappedCount,
        claimed: cappedCount,
        in_progress: cappedCount,
        oldest_due_at: time.nullable(),
        oldest_due_age_ms: count,
      }),
    ),
    ended_last_hour: z.object({
      since: time.nullable(),
      capped: z.boolean(),
      counts: endCounts,
      by_minute: z.array(z.object({ minute: time, counts: endCounts })),
    }),
    streams: z.array(
      z.object({
        stream: z.string(),
        incarnation: z.int().min(1),
        last_id: z.string(),
        ...counts,
        lag_ms: count.nullable(),
        halted_at: time.nullable(),
        updated_at: time,
        lease_holder: z.string().nullable(),
        lease_expires_at: time.nullable(),
      }),
    ),
  }),
);
export type StatsAnswer = Answer<typeof statsAnswer>;

export const streamAdoptionAnswer = named(
  'StreamAdoption',
  z.object({
    stream: z.string(),
    dry_run: z.boolean().meta({ description: 'Whether nothing was changed.' }),
    incarnation: z.int().min(1),
    last_id: z.string().meta({ description: 'Reading goes on after this entry.' }),
    may_be_sent_again: count.nullable().meta({
      description:
        'Entries after it that idempotency keys no longer cover, so that their mail may be sent a second time: at most so many, and more only ' +
        'if such are added yet. `null` where the consumer has not counted the stream.',
    }),
    passed_over: count.nullable().meta({ description: 'Entries up to it, which are not read: at most so many.' }),
    counted_at: time.nullable(),
    incidents_resolved: count,
    gave_up: z.object({ incarnation: z.int().min(1), last_id: z.string(), ...counts, halted_at: time.nullable() }),
  }),
);
export type StreamAdoptionAnswer = Answer<typeof streamAdoptionAnswer>;
