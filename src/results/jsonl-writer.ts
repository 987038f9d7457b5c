import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { systemCode, type ToolError } from "../core/errors.ts";
import { outputError } from "./output-error.ts";
import { type WriteSome, writeFully } from "./write-fully.ts";

export interface LineWriterOptions {
  /** How long a line waits in memory at most, in ms. */
  flushMs?: number;
  /** Told once, when the file can take no more; what follows is lost and counted. */
  onError?: (error: ToolError) => void;
  /** Stands in for fs.writeSync in tests. */
  write?: WriteSome;
}

/** Appends records, one a line, to a file that any crash leaves readable up to the last `flushMs`. */
export interface LineWriter {
  /** Takes one line without its newline; stores it only, so that it may be called where time is measured. */
  append(line: string): void;
  /** Writes what is waiting. Never throws. */
  flushSync(): void;
  /** Writes what is waiting and closes the file. Never throws; a second call does nothing. */
  close(): void;
  /** Why the file could take no more, or null. */
  readonly error: ToolError | null;
  /** Lines that did not reach the file. */
  readonly linesLost: number;
}

const FLUSH_MS = 500;
const NEWLINE = 10;

/** @throws ToolError when the file cannot be opened */
export function openLineWriter(path: string, options: LineWriterOptions = {}): LineWriter {
  const { flushMs = FLUSH_MS, onError, write = writeSync } = options;
  let fd: number | null = openForAppend(path);
  /** Bytes of whole lines in the file. */
  let wholeBytes = fstatSync(fd).size;
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let error: ToolError | null = null;
  let linesLost = 0;

  function flushSync(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0 || fd === null) return;
    const lines = waiting;
    waiting = [];
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    let written = 0;
    const onProgress = (count: number) => {
      written = count;
    };
    try {
      writeFully(fd, bytes, onProgress, write);
      wholeBytes += bytes.length;
    } catch (cause) {
      fail(cause, bytes, written, lines.length);
    }
  }

  /** Cuts the file back to its last whole line and gives up on it. */
  function fail(cause: unknown, bytes: Buffer, written: number, lineCount: number): void {
    const whole = written === 0 ? 0 : bytes.lastIndexOf(NEWLINE, written - 1) + 1;
    wholeBytes += whole;
    linesLost += lineCount - countNewlines(bytes.subarray(0, whole));
    if (written > whole) cutBack();
    report(cause);
  }

  function report(cause: unknown): void {
    if (error !== null) return;
    error = outputError(
      cause,
      `cannot write ${path}`,
      `The lines written before are kept in ${basename(path)}.`,
    );
    onError?.(error);
  }

  function cutBack(): void {
    try {
      if (fd !== null) ftruncateSync(fd, wholeBytes);
    } catch (cause) {
      // Not every file can be cut (a device cannot); readers of these files skip a broken last line.
      if (systemCode(cause) === undefined) throw cause;
    }
  }

  return {
    append(line) {
      if (error !== null || fd === null) {
        linesLost++;
        return;
      }
      waiting.push(line);
      timer ??= setTimeout(flushSync, flushMs);
    },
    flushSync,
    close() {
      flushSync();
      if (fd === null) return;
      const closing = fd;
      fd = null;
      try {
        closeSync(closing);
      } catch (cause) {
        // A network file system may tell only now that it has no space.
        report(cause);
      }
    },
    get error() {
      return error;
    },
    get linesLost() {
      return linesLost;
    },
  };
}

function openForAppend(path: string): number {
  try {
    return openSync(path, "a");
  } catch (error) {
    throw outputError(error, `cannot open ${path}`);
  }
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === NEWLINE) count++;
  return count;
}
