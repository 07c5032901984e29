import { describe, expect, it } from 'vitest';
import { resolveLocale } from './resolve-locale.js';

describe('a requested locale', () => {
  const locales = ['de', 'de-CH', 'en', 'zh-Hant'];

  it.each([
    ['de', 'de', 'exact'],
    ['de-CH', 'de-CH', 'exact, before its language'],
    ['DE-ch', 'de-CH', 'whatever the case'],
    ['de_CH', 'de-CH', 'with an underscore'],
    [' de-ch ', 'de-CH', 'with blanks around'],
    ['de-AT', 'de', 'by its language'],
    ['de-Latn-AT-1996', 'de', 'by its language, from any depth'],
    ['zh-Hant-TW', 'zh-Hant', 'by language and script'],
    ['zh', 'en', 'never by a longer one'],
    ['fr', 'en', 'by the default'],
    ['d', 'en', 'never by a prefix that is no subtag'],
    ['', 'en', 'by the default when empty'],
    ['../../etc', 'en', 'by the default when it is no language tag'],
    [null, 'en', 'by the default when there is none'],
  ])('%j finds %s: %s', (requested, expected, _reason) => {
    expect(resolveLocale(requested, locales, 'en')).toBe(expected);
  });
});
