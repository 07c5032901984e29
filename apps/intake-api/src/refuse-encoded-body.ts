import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problem.js';

/**
 * Refuses a body in a content coding (RFC 9110 8.4) by its headers alone: nothing of it is read, let alone unpacked. Where no body is
 * looked at, neither is its coding.
 */
export function refuseEncodedBody({ headers, method }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    throw ProblemError.of('unsupported_media_type', 'Send the body as application/json, not compressed.');
  }
}
