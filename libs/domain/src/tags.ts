import { z } from 'zod';
import { atMost, oneLine } from './command-fields.js';
import { octetsTogether } from './octets-together.js';

const MAX_TAGS = 20;
const MAX_OCTETS = 1024;

export const tagName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be a tag name: 1 to 64 letters, digits and _ . -, the first a letter or digit');

/** What the caller knows a delivery by; never sent. */
export const tags = atMost(
  MAX_TAGS,
  z
    .record(tagName, oneLine())
    .refine((record) => octetsTogether(record) <= MAX_OCTETS, `must not have more than ${MAX_OCTETS} octets together`)
    .meta({
      maxProperties: MAX_TAGS,
      description: 'Labels to find deliveries by, at most 1 KiB of names and values together; never sent.',
    }),
);
