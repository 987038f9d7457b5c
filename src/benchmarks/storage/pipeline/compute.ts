import type { Clock } from "../../../core/clock.ts";
import type { Control } from "./control.ts";

/**
 * The kernel wakes a sleeper 0.05 to 0.15 ms late, on a busy machine up to a millisecond; the rest is waited in a loop. On a shared 2-core VM
 * the mean error of 0.4 ms was 1.3 % with 0.25 ms in the loop, and 0.06 % with all of it.
 */
const SPIN_MS = 1;

/** Stands in for an accelerator's work: returns at `untilAt`, at most some µs after it, or at once when the run is to end. */
export function emulateCompute(untilAt: number, clock: Clock, control: Control): void {
  const sleepMs = untilAt - clock.now() - SPIN_MS;
  if (sleepMs > 0) control.pause(sleepMs);
  while (clock.now() < untilAt && !control.isStopped);
}
