import { describeOperation } from './describe-operation.js';
import { componentSchemas } from './json-schemas.js';
import { intake } from './operations/intake.js';
import { lists } from './operations/lists.js';
import { oneDelivery } from './operations/one-delivery.js';
import { resendPlans } from './operations/resend-plans.js';
import { stream } from './operations/stream.js';
import { templates } from './operations/templates.js';
import { itself } from './operations/itself.js';
import type { Operation } from './operation.js';
import { problemExamples } from './problem-responses.js';

export const API_PREFIX = '/api/v1/internal';

export const OPERATIONS: readonly Operation[] = [...intake, ...lists, ...oneDelivery, ...resendPlans, ...stream, ...templates, itself];

const DESCRIPTION = `The one listener of the service, for callers and operators inside a trusted network: there is no login.

- Bodies are \`application/json\`, UTF-8, not compressed, at most \`MAIL_MAX_COMMAND_BYTES\`. What JSON Schema cannot say (octets, addresses, names of headers) is in the descriptions.
- What is at none of these paths, or asked for by another method, is \`404\` \`not_found\`. What is no proper HTTP is answered with \`400\`, \`408\`, \`413\` or \`431\` and a problem document of code \`bad_request\`.
- A browser's request is refused from another site (\`cross_site\`).
- A \`503\` stored nothing that it did not tell of: send the same \`Idempotency-Key\` again.`;

const header = (description: string, schema: object, example: unknown): object => ({ description, schema, example });

/** The OpenAPI 3.1 document of the listener, from the schemas that its requests are read with and its answers are checked against. */
export function openApiDocument(): Record<string, unknown> {
  const byPath = Map.groupBy(OPERATIONS, ({ path }) => path);
  const tags = [...new Set(OPERATIONS.map(({ tag }) => tag))];
  return {
    openapi: '3.1.0',
    info: { title: 'Mail Service', summary: 'Transactional mail: intake and operation', version: '1', description: DESCRIPTION },
    servers: [{ url: API_PREFIX }],
    tags: tags.map((name) => ({ name })),
    paths: Object.fromEntries(
      [...byPath].map(([path, there]) => [path, Object.fromEntries(there.map((each) => [each.method, describeOperation(each)]))]),
    ),
    components: {
      schemas: componentSchemas(),
      parameters: {
        'Idempotency-Key': {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          description: 'The same for every try of the same request: what was accepted under it is answered again, and never made twice.',
          schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
          example: 'welcome-42',
        },
        'X-Operator': {
          name: 'X-Operator',
          in: 'header',
          description:
            'Who asks, for the audit trail: 1 to 128 visible characters of any script in UTF-8, spaces within. Believed; else `unknown`.',
          schema: { type: 'string' },
          example: 'Ada Lovelace',
        },
        traceparent: {
          name: 'traceparent',
          in: 'header',
          description: 'W3C Trace Context. One that is not valid is left out, never refused.',
          schema: { type: 'string' },
          example: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        },
      },
      headers: {
        Location: header('The delivery.', { type: 'string' }, `${API_PREFIX}/deliveries/019ab5c3-20aa-7b52-93c4-7f10d2a6e8b1`),
        'Idempotency-Replayed': header('There where it was accepted before.', { type: 'string', const: 'true' }, 'true'),
        'Retry-After': header('Seconds to wait.', { type: 'string', pattern: '^[0-9]+$' }, '1'),
        'Cache-Control': header('Mail is nothing for a cache.', { type: 'string', const: 'no-store' }, 'no-store'),
      },
      examples: problemExamples(),
    },
  };
}
