import type { Clock } from "../core/clock.ts";
import { monotonicMs } from "./libc.ts";

/**
 * The machine's clock. `performance.now()` (40 ns a call, no FFI) is shifted once onto CLOCK_MONOTONIC, because it starts
 * at 0 in each process and each Worker. The shift is the tightest of a few readings.
 */
export function systemClock(): Clock {
  let shiftMs = 0;
  let tightestMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const before = performance.now();
    const monotonic = monotonicMs();
    const after = performance.now();
    if (after - before < tightestMs) {
      tightestMs = after - before;
      shiftMs = monotonic - (before + after) / 2;
    }
  }
  const anchorUnixMs = Date.now();
  const anchorMs = performance.now() + shiftMs;
  return {
    now: () => performance.now() + shiftMs,
    toUnixMs: (atMs) => anchorUnixMs + (atMs - anchorMs),
  };
}
