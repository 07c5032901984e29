import { describe, expect, it, test } from 'vitest';
import { parseResendPlanFilter, parseResendPlanRequest, resendPlanFingerprint } from './parse-resend-plan-request.js';

const parse = (body: unknown) => parseResendPlanRequest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), 10_000);
const requestOf = (body: unknown) => {
  const parsed = parse(body);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.request;
};
const GIVEN_UP = ['failed', 'dead_letter'];

describe('a plan takes', () => {
  it('what was given up, where no status is named, at a moderate rate', () => {
    expect(requestOf({ source: 'shop' })).toEqual({
      filter: { source: 'shop', status: GIVEN_UP },
      ratePerSecond: 50,
      expiresAt: null,
      includeResent: false,
    });
  });

  it('its terms beside its filter', () => {
    const body = { status: 'sent', rate_per_second: 1000, expires_at: '2999-01-01T00:00:00+01:00', include_resent: true };
    expect(requestOf(body)).toEqual({
      filter: { status: ['sent'] },
      ratePerSecond: 1000,
      expiresAt: '2998-12-31T23:00:00.000Z',
      includeResent: true,
    });
  });

  test.each([
    [{ status: ['expired', 'cancelled'] }, { by: 'status', statuses: ['cancelled', 'expired'] }, ['cancelled', 'expired']],
    [{ template_id: 'a.b', created_from: '2026-01-01T00:00:00Z' }, { by: 'template_id', templateId: 'a.b', statuses: GIVEN_UP }, GIVEN_UP],
    [{ recipient: 'a@x.example', status: 'uncertain' }, { by: 'recipient', recipient: 'a@x.example' }, ['uncertain']],
    [{ 'tag.tenant': 't' }, { by: 'tag', name: 'tenant', value: 't' }, GIVEN_UP],
    [{ idempotency_key: 'k', recipient: 'a@x.example' }, { by: 'idempotency_key', statuses: GIVEN_UP }, GIVEN_UP],
  ])('%j, of what an index lists, and a status with each', (parameters, listed, statuses) => {
    const parsed = parseResendPlanFilter(parameters);
    expect(parsed).toMatchObject({ ok: true, filter: { listed: { ...listed }, statuses } });
    // What is kept of it says the same.
    if (parsed.ok) expect(parseResendPlanFilter(parsed.kept)).toEqual(parsed);
  });
});

describe('a plan is refused', () => {
  test.each([
    ['without a filter', {}, ''],
    ['without a filter beside its terms', { rate_per_second: 5 }, ''],
    ['for what has not ended', { status: ['queued'] }, '/status'],
    ['for what is being sent', { status: ['sending', 'failed'] }, '/status'],
    ['for no status at all', { status: [] }, '/status'],
    ['for an unknown status', { status: 'lost' }, '/status'],
    ['with a filter that no index serves', { source: 'shop', template_id: 'a.b' }, '/template_id'],
    ['with two tags', { 'tag.a': '1', 'tag.b': '2' }, '/tag.b'],
    ['with an unknown property', { status: 'failed', colour: 'red' }, '/colour'],
    ['with a rate of nothing', { status: 'failed', rate_per_second: 0 }, '/rate_per_second'],
    ['with too high a rate', { status: 'failed', rate_per_second: 1001 }, '/rate_per_second'],
    ['with a broken rate', { status: 'failed', rate_per_second: 1.5 }, '/rate_per_second'],
    ['with a rate in words', { status: 'failed', rate_per_second: '5' }, '/rate_per_second'],
    ['with no time for a time', { status: 'failed', expires_at: 'soon' }, '/expires_at'],
    [
      'with a period that ends before it begins',
      { created_from: '2026-01-02T00:00:00Z', created_to: '2026-01-01T00:00:00Z' },
      '/created_to',
    ],
    ['as a list', [], ''],
    ['with a prototype', '{"status":"failed","__proto__":{}}', '/__proto__'],
  ])('%s', (_, body, pointer) => {
    expect(parse(body)).toMatchObject({ ok: false, refusal: { code: 'validation_failed', faults: [{ pointer }] } });
  });

  it('as what is no JSON', () => {
    expect(parse('{')).toMatchObject({ ok: false, refusal: { code: 'malformed_json' } });
  });
});

it('the same plan in other words is the same, and another is not', () => {
  const print = (body: unknown) => resendPlanFingerprint(requestOf(body)).toString('hex');
  expect(print({ status: ['dead_letter', 'failed'], source: 'shop' })).toBe(print({ source: 'shop', rate_per_second: 50 }));
  expect(print({ source: 'shop' })).not.toBe(print({ source: 'game' }));
  expect(print({ source: 'shop' })).not.toBe(print({ source: 'shop', rate_per_second: 49 }));
});
