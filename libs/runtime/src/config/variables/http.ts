import { listenAddress } from '../kinds/address.js';
import { duration } from '../kinds/duration.js';
import { hostName } from '../kinds/host-name.js';
import { listOf } from '../kinds/list-of.js';
import { defaulted } from '../variable.js';

const usedBy = ['intake-api'] as const;

export const HTTP_VARIABLES = {
  MAIL_INTERNAL_HTTP_ADDR: defaulted(listenAddress, ':8080', { meaning: 'Where the one HTTP listener listens.', usedBy }),
  MAIL_INTERNAL_HTTP_READ_HEADER_TIMEOUT: defaulted(duration('1ms'), '2s', {
    meaning: 'A request’s headers must be in by then.',
    usedBy,
  }),
  MAIL_INTERNAL_HTTP_READ_TIMEOUT: defaulted(duration('1ms'), '10s', { meaning: 'The whole request must be in by then.', usedBy }),
  MAIL_INTERNAL_HTTP_IDLE_TIMEOUT: defaulted(duration('1ms'), '1m', { meaning: 'How long an idle connection is kept alive.', usedBy }),
  MAIL_INTERNAL_HTTP_ALLOWED_HOSTS: defaulted(listOf(hostName, 100), 'localhost,127.0.0.1,[::1]', {
    meaning: '`Host` values that a browser may use.',
    usedBy,
  }),
  MAIL_OPERATOR_REQUEST_TIMEOUT: defaulted(duration('1ms'), '5s', {
    meaning: 'Bound on an operator request; past it the answer is 504.',
    usedBy,
  }),
};
