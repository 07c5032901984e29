import { VARIABLE_FORMATS } from './variable-keywords.js';

const count = { type: 'integer', minimum: 0 } as const;

/** What one variable may say. Names are plain, so that none can be mistaken for a helper or reach a prototype. */
const variable = {
  type: 'object',
  required: ['type'],
  additionalProperties: false,
  properties: {
    type: { enum: ['string', 'number', 'integer', 'boolean', 'array', 'object'] },
    title: { type: 'string' },
    description: { type: 'string' },
    properties: { $ref: '#/$defs/properties' },
    required: { $ref: '#/$defs/names' },
    additionalProperties: { type: 'boolean' },
    items: { $ref: '#/$defs/variable' },
    minItems: count,
    maxItems: count,
    uniqueItems: { type: 'boolean' },
    minLength: count,
    maxLength: count,
    pattern: { type: 'string', format: 'regex' },
    format: { enum: VARIABLE_FORMATS },
    minimum: { type: 'number' },
    maximum: { type: 'number' },
    exclusiveMinimum: { type: 'number' },
    exclusiveMaximum: { type: 'number' },
    multipleOf: { type: 'number', exclusiveMinimum: 0 },
    enum: { type: 'array', minItems: 1 },
    const: true,
    'x-secret': { type: 'boolean' },
    'x-multiline': { type: 'boolean' },
  },
  allOf: [
    { if: { required: ['type'], properties: { type: { const: 'object' } } }, then: { required: ['properties'] } },
    { if: { required: ['type'], properties: { type: { const: 'array' } } }, then: { required: ['items'] } },
    { if: { required: ['x-multiline'] }, then: { properties: { type: { const: 'string' } } } },
    { if: { required: ['format'] }, then: { properties: { type: { const: 'string' } } } },
  ],
} as const;

/** JSON Schema (draft 2020-12) of `manifest.json`. */
export const MANIFEST_SCHEMA = {
  $defs: {
    names: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    properties: {
      type: 'object',
      propertyNames: {
        pattern: '^[a-z][a-z0-9_]*$',
        not: { enum: ['if', 'unless', 'each', 'else', 'this', 'as', 'true', 'false', 'null', 'undefined', 'constructor'] },
      },
      additionalProperties: { $ref: '#/$defs/variable' },
    },
    variable,
  },
  type: 'object',
  required: ['owner', 'description', 'default_locale', 'on_uncertain', 'variables', 'examples'],
  additionalProperties: false,
  properties: {
    owner: { type: 'string', minLength: 1 },
    description: { type: 'string', minLength: 1 },
    default_locale: { type: 'string', minLength: 1 },
    on_uncertain: { enum: ['retry', 'hold'] },
    variables: {
      type: 'object',
      required: ['type', 'properties'],
      additionalProperties: false,
      properties: {
        $schema: { const: 'https://json-schema.org/draft/2020-12/schema' },
        type: { const: 'object' },
        title: { type: 'string' },
        description: { type: 'string' },
        properties: { $ref: '#/$defs/properties' },
        required: { $ref: '#/$defs/names' },
        additionalProperties: { type: 'boolean' },
      },
    },
    examples: { type: 'object' },
  },
} as const;
