import { describe, expect, it, test } from 'vitest';
import { parseDeliveryFilter } from './parse-delivery-filter.js';

const WITHOUT_PERIOD = { createdFrom: null, createdTo: null };

describe('a filter that an index serves', () => {
  const key = { source: null, templateId: null, recipient: null, tags: {}, statuses: [] };
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['nothing at all', {}, { by: 'status', statuses: [] }],
    ['one status', { status: 'failed' }, { by: 'status', statuses: ['failed'] }],
    ['several, once each and in one order', { status: ['sent', 'queued', 'sent'] }, { by: 'status', statuses: ['queued', 'sent'] }],
    ['a source', { source: 'shop' }, { by: 'source', source: 'shop', statuses: [] }],
    ['a source and statuses', { source: 'shop', status: ['sent'] }, { by: 'source', source: 'shop', statuses: ['sent'] }],
    ['a template', { template_id: 'a.b', status: 'sent' }, { by: 'template_id', templateId: 'a.b', statuses: ['sent'] }],
    ['what is being sent', { status: 'sending', source: 'shop' }, { by: 'sending', source: 'shop', templateId: null }],
    ['what is queued or being sent, which is queued', { status: ['sending', 'queued'] }, { by: 'status', statuses: ['queued'] }],
    ['an address, its domain in lower case', { recipient: 'Ada@EXAMPLE.com' }, { by: 'recipient', recipient: 'Ada@example.com' }],
    ['an address of another script', { recipient: 'a@bücher.example' }, { by: 'recipient', recipient: 'a@xn--bcher-kva.example' }],
    ['a tag', { 'tag.tenant': 'x y' }, { by: 'tag', name: 'tenant', value: 'x y' }],
    ['a key', { idempotency_key: 'k' }, { ...key, by: 'idempotency_key', idempotencyKey: 'k' }],
    [
      'a key with anything else',
      { idempotency_key: 'k', status: 'sending', source: 's', template_id: 't', recipient: 'a@x.example', 'tag.a': 'b', 'tag.c': 'd' },
      {
        by: 'idempotency_key',
        idempotencyKey: 'k',
        statuses: ['sending'],
        source: 's',
        templateId: 't',
        recipient: 'a@x.example',
        tags: { a: 'b', c: 'd' },
      },
    ],
  ])('%s', (_, parameters, filter) => {
    expect(parseDeliveryFilter(parameters)).toEqual({ ok: true, filter: { ...filter, ...WITHOUT_PERIOD } });
  });

  it('goes with a period, in UTC with milliseconds', () => {
    expect(parseDeliveryFilter({ created_from: '2026-01-02T04:00:00+01:00', created_to: '2026-01-02T03:00:00.0011Z' })).toMatchObject({
      filter: { createdFrom: '2026-01-02T03:00:00.000Z', createdTo: '2026-01-02T03:00:00.001Z' },
    });
  });
});

const faultsOf = (parameters: Record<string, unknown>) => {
  const parsed = parseDeliveryFilter(parameters);
  return parsed.ok ? [] : parsed.refusal.faults.map(({ pointer, detail }) => `${pointer} ${detail}`);
};

describe('filters that no index serves together', () => {
  test.each<[Record<string, unknown>, string[]]>([
    [{ source: 's', template_id: 't', status: 'sent' }, ['/template_id is not served together with source']],
    [{ recipient: 'a@x.example', status: 'sent' }, ['/status is not served together with recipient']],
    [{ 'tag.a': 'b', 'tag.c': 'd' }, ['/tag.c is not served together with tag.a']],
    [
      { 'tag.a': 'b', source: 's', recipient: 'a@x.example' },
      ['/source is not served together with tag.a', '/recipient is not served together with tag.a'],
    ],
    [{ status: ['sending', 'sent'] }, ['/status has "sending", which is not served together with another end']],
  ])('%j', (parameters, faults) => {
    expect(faultsOf(parameters)).toEqual(faults);
    expect(parseDeliveryFilter(parameters)).toMatchObject({
      refusal: { code: 'validation_failed', detail: expect.stringContaining('Served are:') },
    });
  });
});

describe('a filter that is not well-formed is refused, by a pointer to it', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ colour: 'red' }, '/colour is not a known parameter'],
    [{ tags: { a: 'b' } }, '/tags is not a known parameter'],
    [JSON.parse('{"__proto__":"x"}') as Record<string, unknown>, '/__proto__ is not a known parameter'],
    [{ 'tag.__proto__': 'x' }, '/tag.__proto__ must be a tag name: 1 to 64 letters, digits and _ . -, the first a letter or digit'],
    [{ 'tag.a': 'b\u0000' }, '/tag.a must not have line breaks or other control characters'],
    [{ 'tag.a': ['b', 'c'] }, '/tag.a must be there once'],
    [
      { status: 'lost' },
      '/status must be one of queued, sent, failed, dead_letter, uncertain, suppressed, cancelled, superseded, expired, sending',
    ],
    [{ source: 'Shop' }, '/source must be 1 to 64 of a-z, 0-9, _ and -, the first a letter'],
    [{ source: ['a', 'b'] }, '/source must be there once'],
    [{ recipient: 'nobody' }, '/recipient must be an address of the form local-part@domain'],
    [{ template_id: '' }, '/template_id must be a template id'],
    [{ idempotency_key: 'two words' }, '/idempotency_key must have 1 to 255 visible ASCII characters'],
    [{ created_from: 'yesterday' }, '/created_from must be an RFC 3339 time with a zone, such as 2026-01-02T03:04:05Z'],
    [{ created_from: '2026-01-02T00:00:00Z', created_to: '2026-01-02T00:00:00Z' }, '/created_to must be later than created_from'],
  ])('%j', (parameters, fault) => {
    expect(faultsOf(parameters)).toEqual([fault]);
  });
});
