/**
 * The header blocks of tar archives. Format: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual,
 * "Basic Tar Format"; the oldest archives (V7) have the first fields alone.
 */
export const TAR_BLOCK_BYTES = 512;

const NAME = { at: 0, bytes: 100 };
const SIZE = { at: 124, bytes: 12 };
const CHECKSUM = { at: 148, bytes: 8 };
const TYPE_AT = 156;
const MAGIC_AT = 257;
const PREFIX = { at: 345, bytes: 155 };

interface Field {
  at: number;
  bytes: number;
}

/** A header as it stands; names and sizes of longer ones come in members of their own before it. */
export interface TarHeader {
  name: string;
  bytes: number;
  /** As it is written there; a NUL, of the oldest archives, is `0`. */
  type: string;
}

/** @returns null where the block is no header: its checksum is not that of its bytes */
export function parseTarHeader(block: Buffer): TarHeader | null {
  if (numberIn(block, CHECKSUM) !== checksumOf(block)) return null;
  const type = String.fromCharCode(block[TYPE_AT]!);
  return { name: nameIn(block), bytes: numberIn(block, SIZE), type: type === "\0" ? "0" : type };
}

/** Of the bytes with the checksum's own field as spaces. */
function checksumOf(block: Buffer): number {
  let sum = 0;
  for (let i = 0; i < TAR_BLOCK_BYTES; i++) {
    sum += i >= CHECKSUM.at && i < CHECKSUM.at + CHECKSUM.bytes ? 0x20 : block[i]!;
  }
  return sum;
}

/** The text up to the first NUL. */
export function textIn(bytes: Buffer, { at, bytes: length }: Field): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

/** A prefix is there in POSIX archives alone: GNU's have other things in its place. */
function nameIn(block: Buffer): string {
  const isPosix = block.toString("latin1", MAGIC_AT, MAGIC_AT + 6) === "ustar\0";
  const prefix = isPosix ? textIn(block, PREFIX) : "";
  const name = textIn(block, NAME);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Octal digits, or base 256 where the first bit is set (GNU, for 8 GiB and more); NaN for anything else. */
function numberIn(block: Buffer, field: Field): number {
  if ((block[field.at]! & 0x80) === 0) {
    const digits = textIn(block, field).trim();
    return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : Number.NaN;
  }
  let value = block[field.at]! & 0x7f;
  for (let i = 1; i < field.bytes; i++) value = value * 256 + block[field.at + i]!;
  return value;
}

/** Lines such as `25 path=some/name\n`, the number being the line's length in bytes. */
export function paxRecords(content: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(content.toString("latin1", at, at + 20), 10);
    if (!(length > 0)) break;
    const line = content.toString("utf8", content.indexOf(" ", at) + 1, at + length - 1);
    const equals = line.indexOf("=");
    records.set(line.slice(0, equals), line.slice(equals + 1));
    at += length;
  }
  return records;
}
