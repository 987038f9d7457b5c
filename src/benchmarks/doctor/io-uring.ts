import { ioUringErrno } from "../../native/io-uring.ts";
import { ioUringProblem, kernelOf } from "../../results/environment/io-uring.ts";
import { type Check, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

/**
 * Whether a ring can be set up, as `storage --engine io_uring` does it.
 * @param errno of the trial; 0: it worked
 */
export function ioUringCheck({ root }: Machine, errno = ioUringErrno()): Check {
  const problem = ioUringProblem(root, errno);
  if (problem === null) return ok("io-uring", `works (kernel ${kernelOf(root)})`);
  return warn("io-uring", problem.found, `${problem.hint} Reads then need threads (storage --engine pread).`);
}
