import { dirname } from "node:path";
import { environmentError } from "../../core/errors.ts";
import { type DirectAlignment, directAlignment } from "../../native/direct-alignment.ts";
import type { Dataset } from "./dataset/dataset.ts";

/**
 * What O_DIRECT reads of the samples must be multiples of: the most that any of their folders asks for, by one file of each.
 * @throws ToolError, exit 4, where the file system does not do O_DIRECT
 */
export function directAlignmentOf({ files }: Dataset, ask = directAlignment): DirectAlignment {
  const folders = new Map(files.map((path) => [dirname(path), path]));
  let most: DirectAlignment | null = null;
  for (const path of folders.values()) {
    const asked = ask(path);
    if (asked === null) {
      throw environmentError(
        "NO_DIRECT",
        `--direct: ${path} cannot be read with O_DIRECT, says the kernel`,
        "Leave --direct out, or take a --data-root on another file system.",
      );
    }
    if (most === null || asked.bytes > most.bytes) most = asked;
  }
  return most!;
}
