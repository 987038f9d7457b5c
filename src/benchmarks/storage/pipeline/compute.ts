import type { Clock } from "../../../core/clock.ts";
import type { Control } from "./control.ts";

/** The kernel wakes a sleeper 0.05 to 0.15 ms late (measured on a 2-core VM); the rest is waited in a loop. */
const SPIN_MS = 0.25;

/** Stands in for an accelerator's work: returns at `untilAt`, at most some µs after it, or at once when the run is to end. */
export function emulateCompute(untilAt: number, clock: Clock, control: Control): void {
  const sleepMs = untilAt - clock.now() - SPIN_MS;
  if (sleepMs > 0) control.pause(sleepMs);
  while (clock.now() < untilAt && !control.isStopped);
}
