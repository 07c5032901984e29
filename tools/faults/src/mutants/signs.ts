/** What the verifier and the invariants say of each kind of broken promise. */
const SAID = {
  lost: /^\d+ lost: /,
  doubled: /second copies, where the faults explain at most/,
  'not the same mail': /came with two Message-IDs|came with the Message-ID|came with other bytes/,
  'never sent': /counts as accepted, and never reached the server/,
  'more than one delivery': /became \d+ deliveries|was answered as/,
  'given up': /count as refused, and the server refused none/,
  'consumed twice': /^of \d+ entries \d+ were consumed/,
  'offset astray': /^the offset went back|^the fencing token went back/,
} as const;

export type Sign = keyof typeof SAID;

/** The first of these faults that is one of these signs. */
export function findSign(faults: readonly string[], signs: readonly Sign[]): string | undefined {
  return faults.find((fault) => signs.some((sign) => SAID[sign].test(fault)));
}
