import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problem.js';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The listener trusts its network, not the browsers in it: a page from elsewhere must not be able to send mail from an
 * operator's machine. Requests without browser headers pass (`Sec-Fetch-Mode` is none: Node's fetch sends it too).
 *
 * - `Sec-Fetch-Site` (W3C Fetch Metadata) other than same-origin or none, or an `Origin` (RFC 6454) that is not this `Host`:
 *   refused when it would change something.
 * - Any request of a browser needs a `Host` that is known, against DNS rebinding.
 */
export function refuseForeignBrowsers(allowedHosts: readonly string[]): (request: FastifyRequest) => void {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return ({ headers, method }) => {
    const site = headers['sec-fetch-site'];
    const { origin, host = '' } = headers;
    // Over plain HTTP a browser sends no Sec-Fetch-Site, and on a GET of its own site no Origin: its name is what is left.
    const isBrowser = site !== undefined || origin !== undefined || headers['user-agent']?.startsWith('Mozilla/') === true;
    if (!isBrowser) return;
    const lowerHost = host.toLowerCase();
    if (!allowed.has(lowerHost) && !allowed.has(lowerHost.replace(/:\d+$/, ''))) {
      throw ProblemError.of('cross_site', 'A browser may use this listener only under a Host from MAIL_INTERNAL_HTTP_ALLOWED_HOSTS.');
    }
    if (READS.includes(method)) return;
    const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
    if (foreignSite || (origin !== undefined && hostOf(origin) !== lowerHost)) {
      throw ProblemError.of('cross_site', 'A page of another site may not change anything here.');
    }
  };
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
