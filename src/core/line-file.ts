import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { systemCode } from "./errors.ts";
import { type WriteSome, writeFully } from "./write-fully.ts";

const NEWLINE = 10;

/**
 * A file that lines are appended to, written at once and synchronously. When it takes no more, it is cut back to its last
 * whole line and left alone; what follows is lost and counted.
 */
export class LineFile {
  readonly #write: WriteSome;
  #fd: number | null;
  /** Bytes of whole lines in the file. */
  #wholeBytes: number;
  #failure: unknown = null;
  #linesLost = 0;

  /** @throws the system error when the file cannot be opened */
  constructor(path: string, write: WriteSome = writeSync) {
    this.#write = write;
    this.#fd = openSync(path, "a");
    this.#wholeBytes = fstatSync(this.#fd).size;
  }

  /** The system error that made it give up, or null. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Lines that did not reach the file. */
  get linesLost(): number {
    return this.#linesLost;
  }

  /** Writes lines, each without its newline. Never throws for the file's sake. */
  append(lines: readonly string[]): void {
    if (lines.length === 0) return;
    if (this.#fd === null || this.#failure !== null) {
      this.#linesLost += lines.length;
      return;
    }
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    let written = 0;
    const onProgress = (count: number) => {
      written = count;
    };
    try {
      writeFully(this.#fd, bytes, onProgress, this.#write);
      this.#wholeBytes += bytes.length;
    } catch (cause) {
      this.#giveUp(cause, bytes, written, lines.length);
    }
  }

  /** A second call does nothing. */
  close(): void {
    if (this.#fd === null) return;
    const closing = this.#fd;
    this.#fd = null;
    try {
      closeSync(closing);
    } catch (cause) {
      // A network file system may tell only now that it has no space.
      this.#failure ??= cause;
    }
  }

  #giveUp(cause: unknown, bytes: Buffer, written: number, lineCount: number): void {
    const whole = written === 0 ? 0 : bytes.lastIndexOf(NEWLINE, written - 1) + 1;
    this.#wholeBytes += whole;
    this.#linesLost += lineCount - countNewlines(bytes.subarray(0, whole));
    if (written > whole) this.#cutBack();
    this.#failure = cause;
  }

  #cutBack(): void {
    try {
      if (this.#fd !== null) ftruncateSync(this.#fd, this.#wholeBytes);
    } catch (cause) {
      // Not every file can be cut (a device cannot); readers of these files skip a broken last line.
      if (systemCode(cause) === undefined) throw cause;
    }
  }
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === NEWLINE) count++;
  return count;
}
