import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { expectedBy, parseRamp, type Ramp, whenExpected } from "./ramp.ts";

const ramp = (text: string) => parseRamp(text)!;

/** The rate (per s) as the words say it, without the integral. */
function rateAt({ shape, fromPerS, toPerS, overMs }: Ramp, ms: number): number {
  const share = Math.min(1, ms / overMs);
  return shape === "linear"
    ? fromPerS + (toPerS - fromPerS) * share
    : fromPerS * (toPerS / fromPerS) ** share;
}

/** By the midpoint rule, slowly. */
function slowlyExpectedBy(of: Ramp, ms: number): number {
  const steps = 100_000;
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += rateAt(of, ((i + 0.5) / steps) * ms);
  return ((sum / steps) * ms) / 1000;
}

const RAMPS = [
  "linear:10-100/60s",
  "linear:100-10/60s",
  "linear:0-50/10s",
  "linear:50-0/10s",
  "linear:20-20/10s",
  "exponential:1-64/5m",
  "exponential:64-1/30s",
  "exponential:8-8/1s",
];

describe.each(RAMPS)("%s", (text) => {
  const one = ramp(text);

  test("expects the integral of its rate, on the ramp and after it", () => {
    for (const share of [0.1, 0.5, 1, 1.5]) {
      const ms = share * one.overMs;
      expect(expectedBy(one, ms)).toBeCloseTo(slowlyExpectedBy(one, ms), 2);
    }
    expect(expectedBy(one, 0)).toBe(0);
  });

  test("the inverse is one: the number expected by an instant is expected at this instant", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), (share) => {
        if (one.toPerS === 0 && share > 0.999) return;
        const ms = share * one.overMs;
        const back = whenExpected(one, expectedBy(one, ms));
        expect(Math.abs(back - ms)).toBeLessThan(1e-6 * one.overMs);
      }),
    );
  });

  test("instants ascend with the number", () => {
    let last = -1;
    for (let n = 0; n < Math.min(1000, expectedBy(one, 2 * one.overMs)); n += 0.7) {
      const at = whenExpected(one, n);
      expect(at).toBeGreaterThan(last);
      last = at;
    }
  });
});

test("a ramp down to 0 has an end: what is never expected comes at Infinity", () => {
  const down = ramp("linear:50-0/10s");
  expect(expectedBy(down, Number.POSITIVE_INFINITY)).toBe(250);
  expect(whenExpected(down, 250)).toBe(10_000);
  expect(whenExpected(down, 250.1)).toBe(Number.POSITIVE_INFINITY);
  expect(expectedBy(ramp("linear:0-50/10s"), Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});

describe("parseRamp", () => {
  test.each([
    ["linear:10-100/60s", { shape: "linear", fromPerS: 10, toPerS: 100, overMs: 60_000 }],
    ["exponential:0.5-64/1h30m", { shape: "exponential", fromPerS: 0.5, toPerS: 64, overMs: 5_400_000 }],
    ["linear:0-1/250ms", { shape: "linear", fromPerS: 0, toPerS: 1, overMs: 250 }],
    ["linear:5-0/60", { shape: "linear", fromPerS: 5, toPerS: 0, overMs: 60_000 }],
  ] as const)("%s", (text, expected) => {
    expect(parseRamp(text)).toEqual({ kind: "ramp", ...expected });
  });

  test.each([
    "",
    "linear",
    "linear:10-100",
    "linear:10/60s",
    "10-100/60s",
    "quadratic:10-100/60s",
    "linear:10-100/0s",
    "linear:10-100/soon",
    "linear:-10-100/60s",
    "linear:0-0/60s",
    "linear:a-100/60s",
    "linear:10-inf/60s",
    "exponential:0-100/60s",
    "exponential:10-0/60s",
    "linear:10-100/60s/60s",
    "Linear:10-100/60s",
  ])("%j is no ramp", (text) => {
    expect(parseRamp(text)).toBeUndefined();
  });
});
