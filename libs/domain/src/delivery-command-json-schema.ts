import { z } from 'zod';
import { deliveryCommandSchema } from './delivery-command.js';

/**
 * The JSON Schema (draft 2020-12) of a delivery command as a caller writes it, from the schema that validates it. What JSON
 * Schema cannot say, such as sizes in octets, is in its descriptions.
 */
export function deliveryCommandJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(deliveryCommandSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    $id: 'urn:mail-service:delivery-command',
    title: 'Delivery command',
    description: 'One mail to one set of recipients. Only `to` and `content` are required; unknown properties are refused.',
    ...schema,
  };
}
