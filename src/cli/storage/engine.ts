import type { StorageSettings } from "../../benchmarks/storage/plan.ts";
import { environmentError } from "../../core/errors.ts";
import { ioUringErrno } from "../../native/io-uring.ts";
import { ioUringProblem } from "../../results/environment/io-uring.ts";

/** Tries whether this machine has the engine, before anything is made. @throws ToolError, exit 4, where it has not */
export function checkEngine({ engine, ioDepth }: StorageSettings, errnoOf = ioUringErrno): void {
  if (engine !== "io_uring") return;
  const problem = ioUringProblem("/", errnoOf(ioDepth));
  if (problem === null) return;
  throw environmentError(
    "IO_URING",
    `--engine io_uring: ${problem.found}`,
    `${problem.hint} --engine pread with more --num-workers does without.`,
  );
}
