import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { reasonOf } from './describe-error.js';
import { catalogFault, configurationFault, serviceUnavailable } from './startup-error.js';

it.each([
  [configurationFault(['a']), 78, 'the environment has a fault'],
  [configurationFault(['a', 'b']), 78, 'the environment has 2 faults'],
  [
    serviceUnavailable('Redis (MAIL_REDIS_MASTER_ADDR)', new Error('WRONGPASS')),
    69,
    'Redis (MAIL_REDIS_MASTER_ADDR) cannot be used: WRONGPASS',
  ],
  [catalogFault(['a']), 65, 'the template catalog has a fault'],
])('%s exits %i', (error, exitCode, message) => {
  expect(error).toMatchObject({ exitCode, message: expect.stringContaining(message) as string });
});

it('a service refused on both addresses of its name has a reason, though its error has no message', async () => {
  const [error] = (await once(connect({ host: 'localhost', port: 1, autoSelectFamily: true }), 'error')) as [Error];
  expect(reasonOf(error)).toMatch(/ECONNREFUSED/);
  expect(reasonOf(new AggregateError([new Error('refused by ::1'), new Error('refused by 127.0.0.1')]))).toBe(
    'refused by ::1; refused by 127.0.0.1',
  );
});
