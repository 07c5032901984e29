import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Of one connection: more than any client has that waits for answers before it goes on, or nearly so. */
const MOST_UNANSWERED = 16;

/**
 * Closes a connection with more than 16 requests that are not answered yet. Requests may be sent one behind the other without waiting
 * (RFC 9112 9.3.2), a thousand in one packet: all would be worked on at once, and their answers kept for as long as the caller does not
 * read them.
 */
export function boundPipelines(server: FastifyInstance): void {
  const unanswered = new WeakMap<Socket, number>();
  server.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const count = (unanswered.get(socket) ?? 0) + 1;
    unanswered.set(socket, count);
    if (count > MOST_UNANSWERED) {
      reply.hijack();
      socket.destroy();
      return;
    }
    reply.raw.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    done();
  });
}
