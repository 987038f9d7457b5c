import { writeSync } from "node:fs";
import { environmentError, messageOf, systemCode } from "../core/errors.ts";

/**
 * Writes results to stdout, whole: `process.stdout.write` before an exit is cut at 64 KiB on a pipe, a loop of
 * synchronous writes is not. A reader that went away (`| head`) is no error.
 * @returns whether there is a reader still
 * @throws ToolError where stdout is a file that takes no more, or closed
 */
export function printResult(text: string): boolean {
  try {
    return writeAll(1, text.endsWith("\n") ? text : `${text}\n`);
  } catch (error) {
    throw environmentError("STDOUT", `cannot write to stdout: ${messageOf(error)}`, undefined, error);
  }
}

/** Writes people's text to stderr. */
export function printNote(text: string): void {
  writeAll(2, text.endsWith("\n") ? text : `${text}\n`);
}

/** How many columns people's text on stderr has; Infinity where it goes to no terminal. */
export function terminalColumns(
  { isTTY, columns }: { isTTY?: boolean; columns?: number } = process.stderr,
): number {
  return isTTY === true && columns ? columns : Number.POSITIVE_INFINITY;
}

const brief = new Int32Array(new SharedArrayBuffer(4));

function writeAll(fd: number, text: string): boolean {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      if (systemCode(error) === "EAGAIN") Atomics.wait(brief, 0, 0, 5);
      else if (systemCode(error) === "EPIPE") return false;
      else throw error;
    }
  }
  return true;
}

interface TextStream {
  isTTY?: boolean;
  columns?: number;
}

/**
 * Whether colour and moving text may be used on this stream: CI and a pipe say no, and so does a terminal without a width, as launchers give
 * it that have none themselves: a line there would never be counted as one.
 */
export function isLive(stream: TextStream = process.stderr): boolean {
  return stream.isTTY === true && stream.columns !== 0 && !process.env.CI && process.env.TERM !== "dumb";
}

/** Whether colour may be used on this stream. */
export function hasColour(stream: TextStream): boolean {
  return isLive(stream) && !process.env.NO_COLOR;
}
