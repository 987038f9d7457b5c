import { closeSync, openSync, readSync } from "node:fs";
import { usageError } from "../../../core/errors.ts";

/** Format: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format". */
const BLOCK = 512;
const NAME = { at: 0, bytes: 100 };
const SIZE = { at: 124, bytes: 12 };
const TYPE_AT = 156;
const PREFIX = { at: 345, bytes: 155 };
const MAGIC_AT = 257;

/** A regular file inside a tar. */
export interface TarMember {
  name: string;
  /** Where its content begins. */
  offset: number;
  bytes: number;
}

/**
 * The regular files of an uncompressed tar, in order. Reads the headers only.
 * @param size of the tar
 * @throws ToolError USAGE where it is no tar, or cut off
 */
export function tarMembers(path: string, size: number): TarMember[] {
  const fd = openSync(path, "r");
  try {
    return [...walk(path, size, (offset, bytes) => readBlocks(fd, offset, bytes))];
  } finally {
    closeSync(fd);
  }
}

function* walk(
  path: string,
  size: number,
  read: (offset: number, bytes: number) => Buffer,
): Generator<TarMember> {
  /** From a pax or GNU header, for the member after it. */
  let longName: string | null = null;
  let longSize: number | null = null;
  for (let at = 0; at + BLOCK <= size; ) {
    const header = read(at, BLOCK);
    if (header.every((byte) => byte === 0)) return;
    if (header.toString("latin1", MAGIC_AT, MAGIC_AT + 5) !== "ustar") {
      throw usageError(
        `${path} is no tar archive (at byte ${at})`,
        "Compressed shards (.tar.gz) are not read: unpack them.",
      );
    }
    const type = String.fromCharCode(header[TYPE_AT]!);
    const isMember = type === "0" || type === "\0";
    const bytes: number = (isMember ? longSize : null) ?? numberIn(header, SIZE);
    const offset = at + BLOCK;
    if (!Number.isSafeInteger(bytes) || offset + bytes > size) {
      throw usageError(
        `${path} is cut off: a member at byte ${at} has ${bytes} bytes, of ${size - offset} that are left`,
      );
    }
    if (isMember) yield { name: longName ?? nameIn(header), offset, bytes };
    if (type === "L") longName = textIn(read(offset, bytes), { at: 0, bytes });
    else if (type === "x") {
      const pax = paxRecords(read(offset, bytes));
      longName = pax.get("path") ?? longName;
      longSize = pax.has("size") ? Number(pax.get("size")) : longSize;
    } else {
      longName = null;
      longSize = null;
    }
    at = offset + Math.ceil(bytes / BLOCK) * BLOCK;
  }
}

interface Field {
  at: number;
  bytes: number;
}

function textIn(header: Buffer, { at, bytes }: Field): string {
  const field = header.subarray(at, at + bytes);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? bytes : end);
}

function nameIn(header: Buffer): string {
  const prefix = textIn(header, PREFIX);
  const name = textIn(header, NAME);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Octal digits, or base 256 where the first bit is set (GNU, for 8 GiB and more). */
function numberIn(header: Buffer, field: Field): number {
  if ((header[field.at]! & 0x80) === 0) return Number.parseInt(textIn(header, field).trim() || "0", 8);
  let value = header[field.at]! & 0x7f;
  for (let i = 1; i < field.bytes; i++) value = value * 256 + header[field.at + i]!;
  return value;
}

/** Lines such as `25 path=some/name\n`, the number being the line's length in bytes. */
function paxRecords(content: Buffer): Map<string, string> {
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

function readBlocks(fd: number, offset: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let got = 0; got < bytes; ) {
    const more = readSync(fd, buffer, got, bytes - got, offset + got);
    if (more === 0) break;
    got += more;
  }
  return buffer;
}
