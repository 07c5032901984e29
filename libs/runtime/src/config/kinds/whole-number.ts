import { kind, type Kind } from './kind.js';

/** A whole number between two such, in decimal digits. */
export function wholeNumber(least: number, most: number): Kind<number> {
  return kind(`a whole number from ${least} to ${most}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? { value } : null;
  });
}
