import { ExitCode, ToolError } from "../../../core/errors.ts";

/** @throws ToolError INTERRUPTED once the user has had enough of samples being made */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new ToolError("INTERRUPTED", "interrupted while samples were made; they are removed", {
    exit: ExitCode.interrupted,
  });
}
