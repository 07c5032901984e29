/** Order of two stream entry ids (`<ms>-<sequence>`, each up to 2^64): negative, 0 or positive. */
export function compareEntryIds(left: string, right: string): number {
  const [leftMs = '0', leftSequence = '0'] = left.split('-');
  const [rightMs = '0', rightSequence = '0'] = right.split('-');
  return compareNumbers(leftMs, rightMs) || compareNumbers(leftSequence, rightSequence);
}

const ENTRY_ID = /^([0-9]{1,20})(?:-([0-9]{1,20}))?$/;
const MOST = 2n ** 64n;

/** An entry id in its whole form, `5` being `5-0`; `null` for what is none. */
export function normalEntryId(text: string): string | null {
  const [, ms, sequence = '0'] = ENTRY_ID.exec(text) ?? [];
  if (ms === undefined || BigInt(ms) >= MOST || BigInt(sequence) >= MOST) return null;
  return `${BigInt(ms)}-${BigInt(sequence)}`;
}

function compareNumbers(left: string, right: string): number {
  const difference = BigInt(left) - BigInt(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
