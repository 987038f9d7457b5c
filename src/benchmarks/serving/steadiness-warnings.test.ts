import { expect, test } from "bun:test";
import type { Steadiness } from "../../analysis/steadiness.ts";
import type { Load } from "./plan.ts";
import { steadinessWarnings } from "./steadiness-warnings.ts";
import type { ServingSummary } from "./summary-shape.ts";

const rising: Steadiness = { verdict: "drifting", z: 4, pValue: 0.0014, drift: 0.342, batches: 40 };
const falling: Steadiness = { ...rising, z: -6, pValue: 1e-7, drift: -0.5 };
const flat: Steadiness = { verdict: "steady", z: 0.5, pValue: 0.6, drift: 0.01, batches: 40 };
const constant: Load = { kind: "closed", concurrency: 8 };

function warningOf(ttft: Steadiness | null, inFlight: Steadiness | null, load = constant) {
  const summary = { steady: { steadiness: { ttft, inFlight } } } as unknown as ServingSummary;
  const warnings = steadinessWarnings(summary, load);
  expect(warnings.length).toBeLessThan(2);
  return warnings[0];
}

test("a rise is named with its size, and what it means", () => {
  const warning = warningOf(rising, flat)!;
  expect(warning.message).toStartWith("TTFT rose by 34 % (p = 0.001) over the steady window");
  expect(warning.hint).toContain("does not keep up");
});

test("a fall, of both", () => {
  const warning = warningOf(falling, { ...falling, drift: null })!;
  expect(warning.message).toStartWith(
    "TTFT fell by 50 % (p < 0.001), and requests in flight fell (p < 0.001) over",
  );
  expect(warning.hint).toContain("warming up");
});

test("a load that was meant to change is not the server's fault", () => {
  const arrival = { kind: "ramp", shape: "linear", fromPerS: 1, toPerS: 9, overMs: 1000 } as const;
  expect(warningOf(rising, rising, { kind: "open", arrival, concurrency: null })!.hint).toContain(
    "load itself",
  );
});

test("a steady window, one too short to tell, and none at all are no warning", () => {
  expect(warningOf(flat, flat)).toBeUndefined();
  expect(warningOf(null, null)).toBeUndefined();
  expect(steadinessWarnings({ steady: null } as ServingSummary, constant)).toEqual([]);
});
