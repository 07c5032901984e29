import { schemaOf } from './json-schemas.js';
import type { Operation } from './operation.js';
import { problemResponses } from './problem-responses.js';
import { tagProperties } from './tag-pattern.js';

/** An operation as the document has it. */
export function describeOperation(operation: Operation): object {
  const { operationId, tag, summary, description, body, answer, answerHeaders = [] } = operation;
  const parameters = parametersOf(operation);
  const examples = Object.entries(operation.examples);
  const answered = examples.filter(([, example]) => example.answer.status === answer.status);
  const sent = examples.filter(([, example]) => example.body !== undefined);
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.required,
            content: {
              'application/json': {
                schema: schemaOf(body.schema),
                examples: Object.fromEntries(sent.map(([name, example]) => [name, { summary: example.summary, value: example.body }])),
              },
            },
          },
        }),
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(answerHeaders.length === 0
          ? {}
          : { headers: Object.fromEntries(answerHeaders.map((name) => [name, { $ref: `#/components/headers/${name}` }])) }),
        content: {
          'application/json': {
            schema: schemaOf(answer.schema),
            examples: Object.fromEntries(
              answered.map(
                ([
                  name,
                  {
                    summary,
                    answer: { body: value },
                  },
                ]) => [name, { summary, value }],
              ),
            ),
          },
        },
      },
      ...problemResponses(operation),
    },
  };
}

function parametersOf({ id, query = {}, byTag, idempotent, audited, method, examples }: Operation): object[] {
  const examplesOf = (name: string): object => {
    const named = Object.entries(examples).filter(([, { parameters = {} }]) => name in parameters);
    if (named.length === 0) return {};
    return {
      examples: Object.fromEntries(
        named.map(([key, { summary, parameters = {} }]) => {
          const text = parameters[name] ?? '';
          return [key, { summary, value: name === 'limit' ? Number(text) : name === 'status' ? [text] : text }];
        }),
      ),
    };
  };
  return [
    ...(id === undefined
      ? []
      : [{ name: 'id', in: 'path', required: true, description: `The ${id.what}.`, schema: schemaOf(id.schema), ...examplesOf('id') }]),
    ...Object.entries(query).map(([name, schema]) => ({ name, in: 'query', schema: schemaOf(schema), ...examplesOf(name) })),
    ...(byTag === true
      ? [
          {
            name: 'tags',
            in: 'query',
            description: 'One `tag.<name>=<value>`: deliveries that have this tag.',
            style: 'form',
            explode: true,
            schema: {
              type: 'object',
              patternProperties: tagProperties(),
              additionalProperties: false,
            },
            example: { 'tag.tenant': 'acme' },
          },
        ]
      : []),
    ...(idempotent === true ? [{ $ref: '#/components/parameters/Idempotency-Key' }] : []),
    ...(audited === true ? [{ $ref: '#/components/parameters/X-Operator' }] : []),
    ...(method === 'post' || id !== undefined ? [{ $ref: '#/components/parameters/traceparent' }] : []),
  ];
}
