import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { connectionTo, readDsn } from './read-dsn.js';

const folder = mkdtempSync(join(tmpdir(), 'read-dsn-'));
const file = (name: string): string => {
  writeFileSync(join(folder, name), `the ${name}`);
  return join(folder, name);
};
const [root, cert, key] = [file('root'), file('cert'), file('key')];
afterAll(() => rmSync(folder, { recursive: true }));

const dsn = (parameters: string): string => `postgres://mail:hunter2@db.example:5433/mail?${parameters}`;
const read = (parameters: string, env: Record<string, string> = {}) => readDsn(dsn(parameters), env);
const fault = (parameters: string): string => {
  const reading = read(parameters);
  return reading.ok ? 'none' : reading.fault;
};

describe('a place', () => {
  it.each([
    ['postgres://mail:p%40ss@db.example:5433/mail', { host: 'db.example', port: 5433, user: 'mail', password: 'p@ss', database: 'mail' }],
    ['postgresql://mail@[::1]/m%20ail', { host: '::1', port: 5432, user: 'mail', password: undefined, database: 'm ail' }],
    ['postgres://mail:50%@h/d', { password: '50%' }],
    [
      'postgres:///mail?host=/var/run/postgresql&user=u&password=p&port=5434',
      { host: '/var/run/postgresql', port: 5434, user: 'u', password: 'p' },
    ],
    ['postgres://%2Fvar%2Frun/mail', { host: '/var/run' }],
    ['postgres://h/?dbname=mail', { database: 'mail' }],
    ['postgres://h/d?application_name=a&connect_timeout=3', { applicationName: 'a', connectTimeoutMs: 3000 }],
    ['postgres://h/d?connect_timeout=0&client_encoding=UTF8&channel_binding=prefer', { connectTimeoutMs: undefined }],
    ['postgres://h/d?options=-csearch_path%3Dmail%2Cpublic', { searchPath: 'mail,public' }],
    ['postgres://h/d?options=--search_path%3D%22$user%22,%5C%20x', { searchPath: '"$user", x' }],
    ['postgres://h/d', { searchPath: '"$user", public', ssl: false }],
  ])('%s', (text, expected) => {
    expect(connectionTo(text)).toMatchObject(expected);
  });
});

describe('encryption means what it means to libpq', () => {
  const unverified = { rejectUnauthorized: false };
  const verified = { rejectUnauthorized: true };
  it.each([
    ['', false],
    ['sslmode=disable', false],
    [`sslmode=disable&sslrootcert=${root}`, false],
    ['sslmode=require', unverified],
    [`sslmode=require&sslrootcert=${root}`, { ...verified, ca: 'the root', checkServerIdentity: expect.any(Function) as unknown }],
    [`sslmode=verify-ca&sslrootcert=${root}`, { ...verified, ca: 'the root', checkServerIdentity: expect.any(Function) as unknown }],
    ['sslmode=verify-full', verified],
    ['sslmode=verify-full&sslrootcert=system', verified],
    [`sslmode=verify-full&sslrootcert=${root}`, { ...verified, ca: 'the root' }],
    [`sslmode=require&sslcert=${cert}&sslkey=${key}`, { ...unverified, cert: 'the cert', key: 'the key' }],
    ['host=/var/run&sslmode=verify-full', false],
  ])('%s', (parameters, ssl) => {
    expect(connectionTo(dsn(parameters)).ssl).toEqual(ssl);
  });

  it('a certificate that is renewed is read anew, and the last one holds while there is none', () => {
    const renewed = file('renewed');
    const { ssl } = connectionTo(dsn(`sslmode=verify-full&sslrootcert=${renewed}`));
    writeFileSync(renewed, 'another');
    expect(ssl).toMatchObject({ ca: 'another' });
    rmSync(renewed);
    expect(ssl).toMatchObject({ ca: 'another' });
  });

  it('the variables of libpq fill in for what the DSN leaves out, and no more', () => {
    expect(read('', { PGSSLMODE: 'require' })).toMatchObject({ connection: { ssl: unverified } });
    expect(read('sslmode=disable', { PGSSLMODE: 'require' })).toMatchObject({ connection: { ssl: false } });
    expect(read('', { PGSSLMODE: 'no-verify' })).toMatchObject({ ok: false });
  });
});

describe('what cannot be kept to is a fault', () => {
  it.each([
    ['sslmode=requier', 'its sslmode is "requier", which is unknown: it must be disable, require, verify-ca, verify-full'],
    ['sslmode=no-verify', 'which is unknown'],
    ['sslmode=prefer', 'its sslmode is "prefer", by which whoever stands between decides'],
    ['sslmode=allow', 'its sslmode is "allow"'],
    ['sslmode=verify-ca', 'without an sslrootcert'],
    ['sslmode=require&sslrootcert=system', 'say sslmode=verify-full'],
    ['sslmode=verify-full&sslrootcert=/nowhere/root.crt', 'its sslrootcert cannot be read: ENOENT'],
    [`sslmode=require&sslcert=${cert}`, 'set both or neither'],
    ['sslmod=require', 'it has the parameter "sslmod", which is unknown: known are host,'],
    ['ssl=true', 'say sslmode'],
    ['statement_timeout=0', 'it has the parameter "statement_timeout", which is unknown'],
    ['sslmode=require&sslmode=disable', 'it has the parameter "sslmode" twice'],
    ['sslnegotiation=direct', 'without encryption'],
    ['sslnegotiation=never&sslmode=require', 'must be postgres or direct'],
    ['channel_binding=require', 'which this client cannot enforce'],
    ['options=-c%20statement_timeout%3D0', 'its options may set search_path alone'],
    ['options=-csearch_path%3Da%20-cjit%3Don', 'its options may set search_path alone'],
    ['client_encoding=LATIN1', 'must be utf8'],
    ['connect_timeout=soon', 'its connect_timeout must be a number of seconds'],
    ['hunter2%26=x', 'it has the parameter (not shown)'],
  ])('%s', (parameters, expected) => {
    expect(fault(parameters)).toContain(expected);
    expect(fault(parameters)).not.toContain('hunter2');
  });

  it.each(['mysql://h/d', 'postgres://h', 'postgres:///d', 'h/d', 'postgres://h:99999/d'])('%s is no DSN', (text) => {
    expect(readDsn(text)).toMatchObject({ ok: false, fault: expect.stringContaining('it must be a URI') as string });
  });
});
