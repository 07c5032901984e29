/** Order of two stream entry ids (`<ms>-<sequence>`, each up to 2^64): negative, 0 or positive. */
export function compareEntryIds(left: string, right: string): number {
  const [leftMs = '0', leftSequence = '0'] = left.split('-');
  const [rightMs = '0', rightSequence = '0'] = right.split('-');
  return compareNumbers(leftMs, rightMs) || compareNumbers(leftSequence, rightSequence);
}

function compareNumbers(left: string, right: string): number {
  const difference = BigInt(left) - BigInt(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
