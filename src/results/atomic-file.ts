import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeFully } from "../core/write-fully.ts";

/** The temporary file that `replaceFile` writes first: beside its target, so that the rename stays on one volume. */
export function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp`);
}

/**
 * Replaces a file in one step: whoever reads it finds the old content or the new, never a part, even after a power cut.
 * @param content the text, or its slices in order, or bytes
 * @throws the system error; the old file is then as it was, and no temporary file is left
 */
export function replaceFile(path: string, content: string | Iterable<string> | Uint8Array): void {
  const temporary = temporaryName(path);
  rmSync(temporary, { force: true });
  try {
    const fd = openSync(temporary, "wx");
    try {
      const slices = typeof content === "string" || content instanceof Uint8Array ? [content] : content;
      for (const slice of slices) writeFully(fd, typeof slice === "string" ? Buffer.from(slice) : slice);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
