import { z } from 'zod';
import { named } from '../named-schemas.js';
import type { Operation } from '../operation.js';

const document = named('OpenApiDocument', z.looseObject({ openapi: z.string().regex(/^3\.1\.[0-9]+$/) }));

/** The document's own address. */
export const itself: Operation = {
  operationId: 'getOpenApi',
  method: 'get',
  path: '/openapi.json',
  tag: 'Operation',
  summary: 'This document',
  from: 'catalog',
  answer: { status: 200, description: 'OpenAPI 3.1.', schema: document },
  examples: {
    itself: {
      summary: 'Its beginning',
      answer: { status: 200, body: { openapi: '3.1.0', info: { title: 'Mail Service', version: '1' }, paths: {} } },
    },
  },
};
