import { z } from 'zod';

/** What every list takes. */
export const paging = {
  limit: z.int().min(1).max(200).default(50).meta({ description: 'How many at most.' }),
  cursor: z.string().optional().meta({ description: 'The `next_cursor` of the page before, with the same filters.' }),
};
