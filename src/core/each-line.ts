import { closeSync, openSync, readSync } from "node:fs";

const READ_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * Hands on a text file's lines one by one, without the file ever being in memory whole. Only lines that are ended by a newline count.
 * @returns whether the file goes on behind its last newline
 * @throws the system error where it cannot be read
 */
export function eachLine(path: string, take: (line: string) => void, readBytes = READ_BYTES): boolean {
  const fd = openSync(path, "r");
  try {
    let buffer = Buffer.allocUnsafe(readBytes);
    let filled = 0;
    for (;;) {
      // A line longer than the buffer.
      if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const read = readSync(fd, buffer, filled, buffer.length - filled, null);
      if (read === 0) return filled > 0;
      filled += read;
      let from = 0;
      for (let end = buffer.indexOf(NEWLINE); end >= 0 && end < filled; end = buffer.indexOf(NEWLINE, from)) {
        take(buffer.toString("utf8", from, end));
        from = end + 1;
      }
      buffer.copy(buffer, 0, from, filled);
      filled -= from;
    }
  } finally {
    closeSync(fd);
  }
}
