import { ExitCode, ToolError } from "./errors.ts";

/** The same signal within so much is the first one still: timeout(1) and others send theirs to a process and then to its group. */
const SAME_MS = 50;

/**
 * The first SIGINT or SIGTERM aborts the returned signal, so that a run ends in order; the second ends the process at
 * once, after `onSecond` has saved what it can.
 * @returns `dispose` takes the handlers away again
 */
export function interruptible(onSecond: () => void): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  let first: { name: string; atMs: number } | null = null;
  const handle = (name: string) => {
    const atMs = performance.now();
    if (first === null) {
      first = { name, atMs };
      controller.abort();
      return;
    }
    if (name === first.name && atMs - first.atMs < SAME_MS) return;
    onSecond();
    process.exit(ExitCode.interrupted);
  };
  process.on("SIGINT", handle);
  process.on("SIGTERM", handle);
  return {
    signal: controller.signal,
    dispose() {
      process.off("SIGINT", handle);
      process.off("SIGTERM", handle);
    },
  };
}

/** Why a signal is aborted that a time limit aborts, and nobody's Ctrl-C. */
export const TIME_IS_OVER = new DOMException("the time is over", "AbortError");

/** Ctrl-C came while there was nothing to keep. @param what had not begun */
export function interruptedEarly(what = "the run"): ToolError {
  return new ToolError("INTERRUPTED", `interrupted before ${what} began`, { exit: ExitCode.interrupted });
}
