import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problem.js';

/** Refuses a body in a content coding (RFC 9110 8.4) by its headers alone: nothing of it is read, let alone unpacked. */
export function refuseEncodedBody({ headers }: FastifyRequest): void {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    throw ProblemError.of('unsupported_media_type', 'Send the body as application/json, not compressed.');
  }
}
