import { z } from 'zod';
import { source } from './command-fields.js';
import { deliveryCommandSchema, type DeliveryCommand } from './delivery-command.js';

const schemaOf = (schema: z.ZodType): object => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  return rest;
};

type Command = Partial<z.input<typeof deliveryCommandSchema>> & Pick<DeliveryCommand, 'to'>;

const example = (name: string, summary: string, fields: Readonly<Record<string, string>>, command: Command): object => ({
  name,
  summary,
  payload: { source: 'shop', idempotency_key: name, command: JSON.stringify(command), ...fields },
});

/** The AsyncAPI 3 document of the command stream: one entry is one message, and its fields are what the consumer reads. */
export function commandStreamDocument(): Record<string, unknown> {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Mail Service command stream',
      version: '1',
      description:
        'Delivery commands by Redis: one `XADD` is one command. There is no answer; what cannot be accepted becomes a malformed command, ' +
        'which the HTTP API shows. Where an acknowledgement has to be durable, use the HTTP API.',
    },
    defaultContentType: 'application/octet-stream',
    channels: {
      commands: {
        address: 'mail:delivery_commands',
        title: 'The Redis stream',
        description:
          'The key is that of `MAIL_REDIS_COMMAND_STREAM`. Read with `XREAD`, without a consumer group, and never trimmed by its reader.',
        messages: { deliveryCommand: { $ref: '#/components/messages/deliveryCommand' } },
        bindings: { redis: {} },
      },
    },
    operations: {
      acceptCommand: {
        action: 'receive',
        channel: { $ref: '#/channels/commands' },
        summary: 'Accept a delivery command',
        messages: [{ $ref: '#/channels/commands/messages/deliveryCommand' }],
      },
    },
    components: { messages: { deliveryCommand: deliveryCommandMessage() } },
  };
}

function deliveryCommandMessage(): object {
  const command: Command = { to: ['ada@example.com'], content: { mode: 'rendered', subject: 'Hello', text: 'It works.' } };
  const variables = { title: 'Your export is ready', body: 'It has 12 files.' };
  return {
    name: 'deliveryCommand',
    title: 'A delivery command',
    summary: 'The fields of one entry: exactly these, each once, each a string of bytes.',
    payload: { schemaFormat: 'application/schema+json;version=draft-2020-12', schema: entrySchema() },
    examples: [
      example('rendered', 'A mail as the caller wrote it', {}, command),
      example(
        'traced',
        'A mail made from a template, part of a trace',
        {
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          tracestate: 'vendor=1',
          requested_at_ms: '1767323045000',
        },
        { to: ['ada@example.com'], content: { mode: 'template', template_id: 'notification.generic', variables }, priority: 'bulk' },
      ),
    ],
  };
}

function entrySchema(): object {
  return {
    type: 'object',
    required: ['source', 'idempotency_key', 'command'],
    additionalProperties: false,
    properties: {
      source: schemaOf(source),
      idempotency_key: {
        type: 'string',
        pattern: '^[\\x21-\\x7e]{1,255}$',
        description: 'The same for every try of the same command; the effect is that of one.',
      },
      command: {
        type: 'string',
        description: 'JSON in UTF-8, at most `MAIL_MAX_COMMAND_BYTES`.',
        contentMediaType: 'application/json',
        contentSchema: schemaOf(deliveryCommandSchema),
      },
      traceparent: { type: 'string', description: 'W3C Trace Context. One that is not valid is left out, never refused.' },
      tracestate: { type: 'string', description: 'W3C Trace Context, with a `traceparent`.' },
      requested_at_ms: { type: 'string', description: 'Unix time of the request in ms, in digits; for metrics only. Else it is left out.' },
    },
  };
}
