import { describe, expect, test } from "bun:test";
import { monotonicMs } from "./libc.ts";
import { systemClock } from "./system-clock.ts";

/** `performance.now()` may be rounded, and the shift is known to within half of the tightest of five readings. */
const SHIFT_ERROR_MS = 5;

describe("systemClock", () => {
  test("never goes back", () => {
    const clock = systemClock();
    let last = clock.now();
    for (let i = 0; i < 100_000; i++) {
      const now = clock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  test("is on CLOCK_MONOTONIC", () => {
    const clock = systemClock();
    const before = monotonicMs();
    const now = clock.now();
    const after = monotonicMs();
    expect(now).toBeGreaterThanOrEqual(before - SHIFT_ERROR_MS);
    expect(now).toBeLessThanOrEqual(after + SHIFT_ERROR_MS);
  });

  test("has fractions of a millisecond", () => {
    const clock = systemClock();
    const readings = Array.from({ length: 1000 }, () => clock.now());
    expect(readings.some((ms) => Math.abs(ms - Math.round(ms)) > 0.01)).toBe(true);
  });

  test("toUnixMs gives the wall clock's time of an instant, by one anchor for all", () => {
    const before = Date.now();
    const clock = systemClock();
    const now = clock.now();
    const unixMs = clock.toUnixMs(now);
    const after = Date.now();
    expect(unixMs).toBeGreaterThanOrEqual(before);
    expect(unixMs).toBeLessThanOrEqual(after + 1);
    expect(clock.toUnixMs(now + 1234.5) - unixMs).toBeCloseTo(1234.5, 2);
    expect(clock.toUnixMs(now - 60_000) - unixMs).toBeCloseTo(-60_000, 2);
  });
});
