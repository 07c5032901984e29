import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.js';
import { bodyRoom, SMALL_BODY_BYTES, type Place } from './body-room.js';

export interface ReceiveBodyOptions {
  readonly maxCommandBytes: number;
  /** Of all bodies together, while they are received and until they are answered. */
  readonly bodyMemoryBytes: number;
}

/** The bytes of a body. The framework keeps this as long as the request, and shall not keep them so long. */
export class ReceivedBody {
  constructor(private bytes: Buffer | null) {}

  take(): Buffer {
    const { bytes } = this;
    if (bytes === null) throw new Error('a body is taken once');
    this.bytes = null;
    return bytes;
  }
}

/** The paths whose bodies are commands, or as large as one: a preview has the variables of one. */
const LARGE = new Set(['/api/v1/internal/deliveries', '/api/v1/internal/templates/:id/preview']);
const TOO_LARGE_COMMAND = 'The body is larger than MAIL_MAX_COMMAND_BYTES allows.';
const TOO_LARGE = 'The body is larger than the 64 KiB that this address takes.';
/** What a body without a length begins with. */
const FIRST_BYTES = 4096;

/**
 * Has JSON bodies received within a bound on each, and one on all together: whatever does not fit is refused before it is read. The body
 * stays bytes: what JSON.parse hides (duplicate keys, numbers past 2^53) is for the strict reader to find.
 */
export function receiveBodies(server: FastifyInstance, { maxCommandBytes, bodyMemoryBytes }: ReceiveBodyOptions): void {
  const take = bodyRoom(bodyMemoryBytes, maxCommandBytes);
  const places = new WeakMap<IncomingMessage, Place>();
  server.addHook('onRequest', ({ raw, method }, reply, done) => {
    if (method === 'POST') reply.raw.once('close', () => places.get(raw)?.giveBack());
    done();
  });
  server.addContentTypeParser('application/json', async (request: FastifyRequest, body: IncomingMessage): Promise<ReceivedBody> => {
    const place = take();
    places.set(request.raw, place);
    const length = request.headers['content-length'];
    const isLarge = LARGE.has(request.routeOptions.url ?? '');
    const bytes = await received(body, {
      announced: length === undefined ? null : Number(length),
      most: isLarge ? maxCommandBytes : Math.min(SMALL_BODY_BYTES, maxCommandBytes),
      tooLarge: isLarge ? TOO_LARGE_COMMAND : TOO_LARGE,
      place,
    });
    await place.turn();
    return new ReceivedBody(bytes);
  });
}

interface Reception {
  /** Its length as the header says, or `null` for chunks. */
  readonly announced: number | null;
  readonly most: number;
  readonly tooLarge: string;
  readonly place: Place;
}

/**
 * The bytes of a body. They are copied into one buffer as they come: as many pieces as a caller likes to send would take many times
 * their size. Once it is refused, the rest goes by unread.
 */
function received(body: IncomingMessage, { announced, most, tooLarge, place }: Reception): Promise<Buffer> {
  let buffer = Buffer.alloc(0);
  const makeRoom = (bytes: number): void => {
    if (bytes > most) throw ProblemError.of('command_too_large', tooLarge);
    place.grow(bytes);
    const larger = Buffer.allocUnsafeSlow(bytes);
    buffer.copy(larger);
    buffer = larger;
  };
  makeRoom(announced ?? Math.min(FIRST_BYTES, most));
  return new Promise((resolve, reject) => {
    let length = 0;
    let refused = false;
    body.on('data', (chunk: Buffer) => {
      if (refused) return;
      const needed = length + chunk.length;
      try {
        if (needed > buffer.length) makeRoom(Math.max(needed, Math.min(most, 2 * buffer.length)));
        length += chunk.copy(buffer, length);
      } catch (error) {
        refused = true;
        buffer = Buffer.alloc(0);
        place.giveBack();
        reject(error as Error);
      }
    });
    body.once('end', () => resolve(buffer.subarray(0, length)));
    // The caller has gone. What a socket says of it (ECONNRESET) is said by a database that is away too, and would be taken for that.
    body.once('error', () => reject(Object.assign(new Error('the caller went away'), { statusCode: 400 })));
  });
}
