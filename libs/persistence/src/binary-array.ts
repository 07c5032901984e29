/** An element type of PostgreSQL: its object id, which is the same on every server, and how a value of it is sent in binary. */
interface ElementType<Value> {
  readonly oid: number;
  readonly bytesOf: (value: Value) => number;
  /** Writes `value` at `offset`, where `bytes` (of `bytesOf`) are its own. */
  readonly write: (target: Buffer, value: Value, offset: number, bytes: number) => void;
}

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

/**
 * A parameter of an array type in the server's binary format (`array_recv` in its `arrayfuncs.c`): one dimension, from index 1. As text each
 * element would be quoted and escaped here, and taken apart there, which costs both sides more than all else that they do with a row.
 */
function binaryArray<Value>({ oid, bytesOf, write }: ElementType<Value>, values: readonly (Value | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? NULL_LENGTH : bytesOf(value)));
  const bytes = lengths.reduce((sum, length) => sum + LENGTH_BYTES + Math.max(0, length), HEADER_BYTES);
  const target = Buffer.allocUnsafe(bytes);
  target.writeInt32BE(1, 0);
  target.writeInt32BE(lengths.includes(NULL_LENGTH) ? 1 : 0, 4);
  target.writeInt32BE(oid, 8);
  target.writeInt32BE(values.length, 12);
  target.writeInt32BE(1, 16);
  let offset = HEADER_BYTES;
  for (const [index, value] of values.entries()) {
    const length = lengths[index] ?? NULL_LENGTH;
    offset = target.writeInt32BE(length, offset);
    if (value === null) continue;
    write(target, value, offset, length);
    offset += length;
  }
  return target;
}

/** `jsonb_recv` knows one version of the format, which is the text behind this byte. */
const JSONB_VERSION = 1;
/** `timestamptz_recv` counts microseconds from here. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

const of =
  <Value>(type: ElementType<Value>) =>
  (values: readonly (Value | null)[]): Buffer =>
    binaryArray(type, values);

const utf8 = (target: Buffer, value: string, offset: number): unknown => target.write(value, offset);

/** Array parameters by their element type; `null` stands for a null element. */
export const arrayOf = {
  bool: of<boolean>({ oid: 16, bytesOf: () => 1, write: (target, value, offset) => target.writeUInt8(value ? 1 : 0, offset) }),
  bytea: of<Buffer>({ oid: 17, bytesOf: (value) => value.length, write: (target, value, offset) => value.copy(target, offset) }),
  int8: of<number>({ oid: 20, bytesOf: () => 8, write: (target, value, offset) => target.writeBigInt64BE(BigInt(value), offset) }),
  int2: of<number>({ oid: 21, bytesOf: () => 2, write: (target, value, offset) => target.writeInt16BE(value, offset) }),
  int4: of<number>({ oid: 23, bytesOf: () => 4, write: (target, value, offset) => target.writeInt32BE(value, offset) }),
  text: of<string>({ oid: 25, bytesOf: (value) => Buffer.byteLength(value), write: utf8 }),
  /** RFC 3339 texts. What is finer than a millisecond is cut off. */
  timestamptz: of<string>({
    oid: 1184,
    bytesOf: () => 8,
    write: (target, value, offset) => target.writeBigInt64BE(BigInt(Date.parse(value) - POSTGRES_EPOCH_MS) * 1000n, offset),
  }),
  uuid: of<string>({
    oid: 2950,
    bytesOf: () => 16,
    write: (target, value, offset) => target.write(value.replaceAll('-', ''), offset, 'hex'),
  }),
  /** JSON texts. */
  jsonb: of<string>({
    oid: 3802,
    bytesOf: (value) => 1 + Buffer.byteLength(value),
    write: (target, value, offset) => target.write(value, target.writeUInt8(JSONB_VERSION, offset)),
  }),
};
