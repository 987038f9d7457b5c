import { expect, test } from "bun:test";
import { rngFor } from "../../core/rng.ts";
import { windowSteadiness } from "./window-steadiness.ts";
import type { RequestTimes } from "./windows.ts";

/** Ten requests a second for 100 s; those after 20 s take longer by `growth` of the first latency, a second. */
function run(seed: number, growthPerS: number): RequestTimes[] {
  const rng = rngFor(seed, "steadiness");
  return Array.from({ length: 1000 }, (_, i) => {
    const at = 100 * i;
    const ttftMs = 200 * (1 + 0.2 * rng.normal()) * (1 + Math.max(0, growthPerS * (at / 1000 - 20)));
    return { intendedAt: at, sentAt: at, ttftMs, endAt: at + 10 * ttftMs, isStart: true };
  });
}

const steady = { startAt: 20_000, endAt: 100_000 };

test("a server that falls behind is seen in both series", () => {
  const { ttft, inFlight } = windowSteadiness(run(1, 0.02), steady);
  expect([ttft!.verdict, inFlight!.verdict]).toEqual(["drifting", "drifting"]);
  // From 1 to 2.6 times the first level, of a median of 1.8.
  expect(ttft!.drift!).toBeCloseTo(1.6 / 1.8, 1);
});

test("a server that keeps up is steady, in 19 of 20 runs and more", () => {
  let drifting = 0;
  for (let seed = 0; seed < 100; seed++) {
    const { ttft, inFlight } = windowSteadiness(run(seed, 0), steady);
    if (ttft!.verdict === "drifting" || inFlight!.verdict === "drifting") drifting++;
  }
  expect(drifting).toBeLessThanOrEqual(5);
});

test("what lies outside the window does not count", () => {
  const times = run(1, 0.02);
  expect(windowSteadiness(times, { startAt: 0, endAt: 20_000 }).ttft!.verdict).toBe("steady");
  expect(windowSteadiness(times, { startAt: 0, endAt: 4000 })).toEqual({ ttft: null, inFlight: null });
});
