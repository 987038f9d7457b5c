import { closeSync, openSync, readSync } from "node:fs";
import type { RequestRecord } from "../record.ts";
import { parseRecord } from "../record-file.ts";

const READ_BYTES = 1 << 20;
const NEWLINE = 10;

/** Follows a record file that another process appends to. */
export class RecordTail {
  readonly #path: string;
  #offset = 0;
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** The records that were written since the last call; a line still being written waits for the next. */
  *take(): Generator<RequestRecord> {
    const file = openSync(this.#path, "r");
    try {
      let bytes = READ_BYTES;
      for (;;) {
        const block = Buffer.alloc(bytes);
        const size = readSync(file, block, 0, bytes, this.#offset);
        const end = block.subarray(0, size).lastIndexOf(NEWLINE);
        if (end < 0) {
          if (size < bytes) return;
          // A line longer than what was read: an answer of very many tokens.
          bytes *= 2;
          continue;
        }
        this.#offset += end + 1;
        for (const line of block.toString("utf8", 0, end).split("\n")) {
          yield parseRecord(line, this.#path, ++this.#lines);
        }
      }
    } finally {
      closeSync(file);
    }
  }
}
