/** The size of a record's names and values in UTF-8. */
export function octetsTogether(record: Readonly<Record<string, string>>): number {
  return Object.entries(record).reduce((octets, [name, value]) => octets + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
}
