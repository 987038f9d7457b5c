import { ownProgram } from "../core/program.ts";
import { raiseOpenFilesLimit } from "../native/libc.ts";

/** Bun reads this only from the environment that a process starts with; 65535 is the most it accepts. */
const FETCH_CAP_VARIABLE = "BUN_CONFIG_MAX_HTTP_REQUESTS";
const FETCH_CAP = 65_535;
/** Set on the second start, so that there is never a third. */
const MARKER = "INFERBENCH_REEXEC";

/**
 * Starts this same program once more, in the same process, with Bun's cap on concurrent fetches (256 otherwise) and the
 * open-files limit raised. Returns where that is done already, or cannot be done: the run then goes on with what there is.
 */
export function reexecWithRaisedLimits(argv: readonly string[]): void {
  if (process.env[MARKER] !== undefined || process.execve === undefined) return;
  raiseOpenFilesLimit();
  const env: Record<string, string> = { [FETCH_CAP_VARIABLE]: String(FETCH_CAP), [MARKER]: "1" };
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] ??= value;
  try {
    process.execve(process.execPath, [...ownProgram(), ...argv], env);
  } catch {
    // A sandbox may forbid execve; fetchCap() then tells the benchmarks what they have.
  }
}
