import { listenAddress } from '../kinds/address.js';
import { byteSize } from '../kinds/byte-size.js';
import { duration } from '../kinds/duration.js';
import { hostName } from '../kinds/host-name.js';
import { listOf } from '../kinds/list-of.js';
import { wholeNumber } from '../kinds/whole-number.js';
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
  MAIL_INTERNAL_HTTP_MAX_CONNECTIONS: defaulted(wholeNumber(1, 100_000), '1000', {
    meaning: 'How many connections are open at once; one more is closed as soon as it is made.',
    usedBy,
  }),
  MAIL_INTERNAL_HTTP_BODY_MEMORY: defaulted(byteSize('1MiB', '64GiB'), '48MiB', {
    meaning:
      'How much memory the bodies of all requests may take, from their first byte to their answers; one more is refused with 503 `overloaded` ' +
      'before it is read. A quarter is for bodies of at most 64 KiB alone. A process of 384 MiB has room for the default.',
    usedBy,
  }),
  MAIL_OPERATOR_REQUEST_TIMEOUT: defaulted(duration('1ms'), '5s', {
    meaning: 'Bound on an operator request; past it the answer is 504.',
    usedBy,
  }),
};
