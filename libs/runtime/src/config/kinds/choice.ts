import { kind, type Kind } from './kind.js';

/** One of some words. */
export function choice<const Word extends string>(...words: readonly Word[]): Kind<Word> {
  return kind(words.join(', ').replace(/, ([^,]*)$/, ' or $1'), (text) => {
    const value = words.find((word) => word === text);
    return value === undefined ? null : { value };
  });
}
