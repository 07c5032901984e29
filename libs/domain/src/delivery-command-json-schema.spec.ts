import { expect, it } from 'vitest';
import { deliveryCommandJsonSchema } from './delivery-command-json-schema.js';

it('the published schema is that of a command as a caller writes it', () => {
  const schema = deliveryCommandJsonSchema();
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Delivery command',
    type: 'object',
    required: ['to', 'content'],
    additionalProperties: false,
    properties: {
      to: { type: 'array', minItems: 1, maxItems: 50 },
      content: { oneOf: [{ required: ['mode', 'subject'] }, { required: ['mode', 'template_id'] }] },
      headers: { maxProperties: 20 },
      tags: { maxProperties: 20 },
      priority: { enum: ['high', 'normal', 'bulk'], default: 'normal' },
    },
  });
  expect(Object.keys(schema.properties as object)).toEqual([
    'to',
    'cc',
    'bcc',
    'reply_to',
    'content',
    'attachments',
    'headers',
    'tags',
    'priority',
    'deliver_at',
    'expires_at',
    'supersede_key',
    'on_uncertain',
  ]);
});

it('every pattern in it is a regular expression of ECMAScript', () => {
  const patterns = [...JSON.stringify(deliveryCommandJsonSchema()).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
    ([, quoted]) => JSON.parse(quoted ?? '') as string,
  );
  expect(patterns.length).toBeGreaterThan(5);
  for (const pattern of patterns) expect(() => new RegExp(pattern, 'u')).not.toThrow();
});
