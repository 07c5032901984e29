import { expect, it, test } from 'vitest';
import { kubectlOrder } from './kubectl-order.ts';

test.each([
  ['get pods -l app.kubernetes.io/component=scheduler', { kind: 'get pods', app: 'scheduler' }],
  ['logs -l app.kubernetes.io/component=attempt-worker --tail=-1', { kind: 'logs', app: 'attempt-worker', tail: -1 }],
  ['logs -l app.kubernetes.io/component=attempt-worker', { kind: 'logs', app: 'attempt-worker', tail: 10 }],
  ['rollout restart deployment/mail-scheduler', { kind: 'restart', app: 'scheduler' }],
  ['rollout status deployment/mail-scheduler --timeout=120s', { kind: 'status', app: 'scheduler', timeoutMs: 120_000 }],
  ['scale deployment/mail-attempt-worker --replicas=6', { kind: 'scale', app: 'attempt-worker', replicas: 6 }],
  [
    'set env deployment/mail-attempt-worker MAIL_A=b:1 MAIL_C=d',
    { kind: 'set env', app: 'attempt-worker', env: { MAIL_A: 'b:1', MAIL_C: 'd' } },
  ],
])('kubectl %s is understood', (line, order) => {
  expect(kubectlOrder(line.split(' '))).toEqual(order);
});

it.each([
  ['rollout restart deployment/mail-workers', 'no component "workers"'],
  ['rollout restart deployment/attempt-worker', 'nothing stands in'],
  ['delete pods --all', 'nothing stands in'],
  ['set env deployment/mail-attempt-worker MAIL_SMTP_ADDR=', 'nothing stands in'],
])('kubectl %s is refused', (line, says) => {
  expect(() => kubectlOrder(line.split(' '))).toThrow(says);
});
