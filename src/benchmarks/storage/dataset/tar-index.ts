import { closeSync, openSync, readSync } from "node:fs";
import { usageError } from "../../../core/errors.ts";
import { adviseRandom } from "../../../native/file-io.ts";
import { parseTarHeader, paxRecords, TAR_BLOCK_BYTES, type TarHeader, textIn } from "./tar-block.ts";

/** A regular file inside a tar. */
export interface TarMember {
  name: string;
  /** Where its content begins. */
  offset: number;
  bytes: number;
}

/** What has to be read to go on; the answer may be shorter where the tar ends. */
interface Wanted {
  offset: number;
  bytes: number;
}

/** Links, devices, folders and pipes: they have no content, whatever their size says. */
const WITHOUT_CONTENT = "123456";
/** Longer headers than any name or list of attributes needs are a sign of a broken archive. */
const MOST_EXTENDED_BYTES = 2 ** 20;

/**
 * The regular files of an uncompressed tar, in order. Reads the headers only, and keeps the kernel from reading more.
 * @param size of the tar
 * @param pause awaited before each header, where it gives something to await
 * @throws ToolError USAGE where it is no tar, or cut off; what `pause` throws
 */
export async function tarMembers(
  path: string,
  size: number,
  pause: () => Promise<void> | null,
): Promise<TarMember[]> {
  const fd = openSync(path, "r");
  try {
    adviseRandom(fd);
    const walk = walkTar(path, size);
    for (let step = walk.next(); ; ) {
      if (step.done) return step.value;
      const pausing = pause();
      if (pausing !== null) await pausing;
      step = walk.next(readBlocks(fd, step.value));
    }
  } finally {
    closeSync(fd);
  }
}

/** The same for a tar elsewhere. @param read gets so many bytes, or fewer at the end */
export async function remoteTarMembers(
  path: string,
  size: number,
  read: (offset: number, bytes: number) => Promise<Buffer>,
): Promise<TarMember[]> {
  const walk = walkTar(path, size);
  for (let step = walk.next(); ; ) {
    if (step.done) return step.value;
    step = walk.next(await read(step.value.offset, step.value.bytes));
  }
}

function* walkTar(path: string, size: number): Generator<Wanted, TarMember[], Buffer> {
  const members: TarMember[] = [];
  /** From a pax or GNU header, for the member after it. */
  let longName: string | null = null;
  let longSize: number | null = null;
  for (let at = 0; at + TAR_BLOCK_BYTES <= size; ) {
    const block = yield { offset: at, bytes: TAR_BLOCK_BYTES };
    if (block.every((byte) => byte === 0)) break;
    const header = checkedHeader(path, at, block);
    const { type } = header;
    const hasContent = !WITHOUT_CONTENT.includes(type);
    const isExtended = "LKxg".includes(type);
    const bytes: number = hasContent ? ((isExtended ? null : longSize) ?? header.bytes) : 0;
    const offset = at + TAR_BLOCK_BYTES;
    if (
      !Number.isSafeInteger(bytes) ||
      offset + bytes > size ||
      (isExtended && bytes > MOST_EXTENDED_BYTES)
    ) {
      throw usageError(
        `${path} is cut off: a member at byte ${at} has ${bytes} bytes, of ${size - offset} that are left`,
      );
    }
    if (type === "L") longName = textIn(yield { offset, bytes }, { at: 0, bytes });
    else if (type === "x") {
      const pax = paxRecords(yield { offset, bytes });
      refuseSparse(
        path,
        [...pax.keys()].some((key) => key.startsWith("GNU.sparse.")),
      );
      longName = pax.get("path") ?? longName;
      longSize = pax.has("size") ? Number(pax.get("size")) : longSize;
    } else if (!isExtended) {
      if (type === "0" || type === "7") members.push({ name: longName ?? header.name, offset, bytes });
      longName = null;
      longSize = null;
    }
    at = offset + Math.ceil(bytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
  }
  return members;
}

function checkedHeader(path: string, at: number, block: Buffer): TarHeader {
  const header = block.length < TAR_BLOCK_BYTES ? null : parseTarHeader(block);
  if (header === null) {
    throw usageError(
      `${path} is no tar archive (at byte ${at})`,
      "Compressed shards (.tar.gz) are not read: unpack them.",
    );
  }
  refuseSparse(path, header.type === "S");
  return header;
}

function refuseSparse(path: string, isSparse: boolean): void {
  if (isSparse) throw usageError(`${path} has sparse members`, "Pack the samples without tar's --sparse.");
}

function readBlocks(fd: number, { offset, bytes }: Wanted): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let got = 0; got < bytes; ) {
    const more = readSync(fd, buffer, got, bytes - got, offset + got);
    if (more === 0) return buffer.subarray(0, got);
    got += more;
  }
  return buffer;
}
