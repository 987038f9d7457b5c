import { ptr } from "bun:ffi";
import { closeSync, constants, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../core/errors.ts";

/** As large and as aligned as any disk's block asks for. */
const BLOCK_BYTES = 4096;

/** Writes a block past the page cache into a file of its own in the directory, reads it back the same way, and removes the file. */
export function tryDirectIo(directory: string): { ok: true } | { ok: false; reason: string } {
  const path = join(directory, `.inferbench-${crypto.randomUUID()}.tmp`);
  const { O_RDWR, O_CREAT, O_EXCL, O_DIRECT } = constants;
  let fd: number | null = null;
  try {
    fd = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_DIRECT, 0o600);
    const block = alignedBlock();
    block.fill(0x5a);
    writeSync(fd, block, 0, BLOCK_BYTES, 0);
    block.fill(0);
    const bytes = readSync(fd, block, 0, BLOCK_BYTES, 0);
    return bytes === BLOCK_BYTES && block.every((byte) => byte === 0x5a)
      ? { ok: true }
      : { ok: false, reason: "what was written was not read back" };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  } finally {
    if (fd !== null) closeSync(fd);
    rmSync(path, { force: true });
  }
}

/** A block whose address is a multiple of its size, as O_DIRECT asks for. */
function alignedBlock(): Uint8Array {
  const bytes = new Uint8Array(2 * BLOCK_BYTES);
  const over = ptr(bytes) % BLOCK_BYTES;
  return bytes.subarray(over === 0 ? 0 : BLOCK_BYTES - over).subarray(0, BLOCK_BYTES);
}
