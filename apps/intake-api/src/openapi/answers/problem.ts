import { z } from 'zod';
import { named, type Answer } from '../named-schemas.js';
import { fault, problemCode } from './lists.js';

/** RFC 9457, and what the service adds. */
export const problemAnswer = named(
  'Problem',
  z.object({
    type: z.string().meta({ description: '`urn:mail-service:problem:<code>`, or `about:blank` for a code beyond the catalogue.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.enum([...problemCode.options, 'bad_request', 'internal_error']),
    trace_id: z.string().regex(/^[0-9a-f]{32}$/),
    errors: z.array(fault).optional().meta({ description: 'What is wrong where: every fault, 50 at most.' }),
  }),
);
export type ProblemAnswer = Answer<typeof problemAnswer>;
