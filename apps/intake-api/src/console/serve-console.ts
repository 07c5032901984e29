import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.js';
import type { ConsoleFile, ConsoleFiles } from './read-console.js';

/** Nothing but our own files, and nobody frames it. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
/**
 * Of the frame that mails are shown in, a document that holds nothing itself. What is put into it inherits its policy: a mail's own styles
 * apply, and it runs nothing, loads nothing and sends nothing. The page around it need not allow inline styles for that.
 */
const MAIL_FRAME_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
const MAIL_FRAME = 'mail-frame.html';
const YEAR_S = 31_536_000;

/**
 * The operator's console, below `/console/`: its files, and its page for every other address there, which it finds its way in itself.
 * Without `files` each of them is a problem document that says why.
 */
export function serveConsole(app: FastifyInstance, files: ConsoleFiles | null): void {
  const index = files?.get('index.html');
  app.get('/console', (_request, reply) => reply.redirect('/console/', 308));
  app.get<{ Params: { '*': string } }>('/console/*', (request, reply) => {
    if (files === null || index === undefined) {
      throw ProblemError.of(
        'not_found',
        'The console is not part of this build: build apps/console (npm run build), and start intake-api again.',
      );
    }
    const name = request.params['*'];
    const file = files.get(name);
    if (file !== undefined) return answer(request, reply, file, name === MAIL_FRAME ? MAIL_FRAME_POLICY : PAGE_POLICY);
    // What a page of the build before asks for; its own address would be a page, which is no script.
    if (name.startsWith('assets/'))
      throw ProblemError.of('not_found', 'There is no such file in this build of the console: load the page again.');
    return answer(request, reply, index, PAGE_POLICY);
  });
}

function answer({ headers }: FastifyRequest, reply: FastifyReply, file: ConsoleFile, policy: string): FastifyReply {
  void reply.headers({
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': file.isHashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
    etag: file.etag,
    vary: 'accept-encoding',
  });
  if (headers['if-none-match'] === file.etag) return reply.code(304).send();
  void reply.type(file.type);
  if (!acceptsGzip(headers['accept-encoding'])) return reply.send(file.body);
  return reply.header('content-encoding', 'gzip').send(file.gzipped);
}

/** RFC 9110 12.5.3, as far as browsers use it; `gzip;q=0` refuses it. */
function acceptsGzip(accepted: string | readonly string[] | undefined): boolean {
  return /(?:^|,)\s*gzip\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i.test(String(accepted ?? ''));
}
