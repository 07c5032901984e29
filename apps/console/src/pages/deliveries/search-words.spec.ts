import { describe, expect, it, test } from 'vitest';
import { readSearch, writeSearch } from './search-words.js';

describe('the search reads', () => {
  test.each([
    ['', { filters: {} }],
    ['ada@example.com', { filters: { recipient: 'ada@example.com' } }],
    ['source:shop  template:game.turn_ready', { filters: { source: 'shop', template_id: 'game.turn_ready' } }],
    ['key:order:42', { filters: { idempotency_key: 'order:42' } }],
    ['tag.tenant:acme', { filters: { 'tag.tenant': 'acme' } }],
    [' 019AB5C0-6f0e-7c3a-9d55-0a3f6b1f2c7e ', { id: '019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e' }],
  ])('%j', (text, read) => {
    expect(readSearch(text)).toEqual(read);
  });

  test.each(['hello', 'colour:red'])('nothing of %j, and says so', (text) => {
    expect(readSearch(text)).toEqual({ fault: expect.stringContaining(text.split(':')[0] ?? '') as string });
  });
});

it('what it writes of an address it reads again', () => {
  const query = 'source=shop&tag.tenant=acme&idempotency_key=a%3Ab&recipient=a%40b.example';
  const text = writeSearch(new URLSearchParams(`status=sent&${query}&cursor=x`));
  expect(text).toBe('source:shop tag.tenant:acme key:a:b a@b.example');
  expect(readSearch(text)).toEqual({ filters: Object.fromEntries(new URLSearchParams(query)) });
});
