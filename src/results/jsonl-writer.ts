import { basename } from "node:path";
import type { ToolError } from "../core/errors.ts";
import { LineFile } from "../core/line-file.ts";
import type { WriteSome } from "../core/write-fully.ts";
import { outputError } from "./output-error.ts";

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

/** @throws ToolError when the file cannot be opened */
export function openLineWriter(path: string, options: LineWriterOptions = {}): LineWriter {
  const { flushMs = FLUSH_MS, onError, write } = options;
  const file = open(path, write);
  let waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let error: ToolError | null = null;
  let isClosed = false;
  let linesLate = 0;

  function flushSync(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const lines = waiting;
    waiting = [];
    file.append(lines);
    report();
  }

  function report(): void {
    if (error !== null || file.failure === null) return;
    error = outputError(
      file.failure,
      `cannot write ${path}`,
      `The lines written before are kept in ${basename(path)}.`,
    );
    onError?.(error);
  }

  return {
    append(line) {
      if (error !== null || isClosed) {
        linesLate++;
        return;
      }
      waiting.push(line);
      timer ??= setTimeout(flushSync, flushMs);
    },
    flushSync,
    close() {
      flushSync();
      isClosed = true;
      file.close();
      report();
    },
    get error() {
      return error;
    },
    get linesLost() {
      return file.linesLost + linesLate;
    },
  };
}

function open(path: string, write: WriteSome | undefined): LineFile {
  try {
    return new LineFile(path, write);
  } catch (error) {
    throw outputError(error, `cannot open ${path}`);
  }
}
