import { describe, expect, it, test } from 'vitest';
import { isEffectUnknown } from './classify-database-error.js';

const failure = (message: string, code?: string): Error => Object.assign(new Error(message), code === undefined ? {} : { code });

describe('a statement that failed may have taken effect', () => {
  test.each([
    ['whose connection was ended by the server', failure('terminating connection due to administrator command', '57P01')],
    ['whose server crashed', failure('terminating connection because of crash of another server process', '57P02')],
    ['whose connection failed', failure('connection failure', '08006')],
    ['whose connection was reset', failure('read ECONNRESET', 'ECONNRESET')],
    ['whose connection broke while it was written', failure('write EPIPE', 'EPIPE')],
    ['whose connection closed', failure('Connection terminated unexpectedly')],
    ['whose answer did not come in time', failure('Query read timeout')],
    ['that failed of nobody knows what', new TypeError('a bug in reading its answer')],
  ])('one %s', (_, error) => {
    expect(isEffectUnknown(error)).toBe(true);
  });
});

describe('a statement that failed has done nothing', () => {
  test.each([
    ['for which there was no connection', failure('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED')],
    ['for which none came in time', failure('timeout exceeded when trying to connect')],
    ['for which the server took no connection', failure('database "mail" is not currently accepting connections', '55000')],
    ['for which the server was still starting', failure('the database system is starting up', '57P03')],
    ['that the server cancelled', failure('canceling statement due to statement timeout', '57014')],
    ['that was in a deadlock', failure('deadlock detected', '40P01')],
    ['for which the disk was full', failure('could not extend file', '53100')],
  ])('one %s', (_, error) => {
    expect(isEffectUnknown(error)).toBe(false);
  });
});

it('an error of a statement that TypeORM has wrapped counts by its cause', () => {
  expect(isEffectUnknown({ driverError: { code: '57014' } })).toBe(false);
});
