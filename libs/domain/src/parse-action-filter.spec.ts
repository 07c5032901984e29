import { describe, expect, test } from 'vitest';
import { parseActionFilter } from './parse-action-filter.js';

const ID = '019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e';
const ALL_TIME = { createdFrom: null, createdTo: null };

describe('acts are asked for by one thing, and a period', () => {
  test.each<[Record<string, unknown>, object]>([
    [{}, { by: 'time', ...ALL_TIME }],
    [{ operator: 'Ada Löwe' }, { by: 'operator', value: 'Ada Löwe', ...ALL_TIME }],
    [{ action: 'resend' }, { by: 'action', value: 'resend', ...ALL_TIME }],
    [{ delivery_id: ID.toUpperCase() }, { by: 'delivery_id', value: ID, ...ALL_TIME }],
    [{ created_from: '2026-01-02T00:00:00Z' }, { by: 'time', createdFrom: '2026-01-02T00:00:00.000Z', createdTo: null }],
  ])('%j', (parameters, filter) => {
    expect(parseActionFilter(parameters)).toEqual({ ok: true, filter });
  });

  test.each<[Record<string, unknown>, string]>([
    [{ operator: 'a', action: 'b' }, '/action'],
    [{ operator: 'a', delivery_id: ID }, '/delivery_id'],
    [{ operator: '' }, '/operator'],
    [{ operator: ['a', 'b'] }, '/operator'],
    [{ action: 'a\u0000' }, '/action'],
    [{ delivery_id: '7' }, '/delivery_id'],
    [{ colour: 'red' }, '/colour'],
    [{ created_from: 'now' }, '/created_from'],
    [{ created_from: '2026-01-02T00:00:00Z', created_to: '2026-01-01T00:00:00Z' }, '/created_to'],
  ])('and not by %j', (parameters, pointer) => {
    expect(parseActionFilter(parameters)).toMatchObject({ ok: false, refusal: { code: 'validation_failed', faults: [{ pointer }] } });
  });
});
