import { expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.js';

it.each([
  ['postgres://mail:hunter2@db:5432/mail', 'postgres://mail:***@db:5432/mail'],
  ['redis://:hunter2@redis:6379', 'redis://:***@redis:6379'],
  ['cannot reach postgres://u:hun/t@er:2@db/mail now', 'cannot reach postgres://u:***@db/mail now'],
  ['postgres://u:hunter2@a/x,postgres://u:hunter2@b/x', 'postgres://u:***@a/x,postgres://u:***@b/x'],
  ['postgres:///mail?host=/run&password=hunter2&sslmode=require', 'postgres:///mail?host=/run&password=***&sslmode=require'],
  ["host=db password='hunter 2' user=u", 'host=db password=*** user=u'],
  ['SSLPASSWORD = hunter2', 'SSLPASSWORD = ***'],
  ['http://localhost:8080/api', 'http://localhost:8080/api'],
  ['mail to a@example.com at 10:30', 'mail to a@example.com at 10:30'],
  ['the password is wrong', 'the password is wrong'],
])('%s becomes %s', (text, expected) => {
  expect(withoutSecrets(text)).toBe(expected);
});

it('takes no time to speak of on a long text', () => {
  const startedAtMs = performance.now();
  withoutSecrets('a'.repeat(1_000_000));
  expect(performance.now() - startedAtMs).toBeLessThan(2_000);
});
