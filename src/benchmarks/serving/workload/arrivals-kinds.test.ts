import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ToolError } from "../../../core/errors.ts";
import { rngFor } from "../../../core/rng.ts";
import {
  type Arrival,
  type ArrivalLimit,
  arrivalTimes,
  expectedRequests,
  MOST_REQUESTS,
} from "./arrivals.ts";
import { parseRamp } from "./ramp.ts";

const times = (arrival: Arrival, limit: Partial<ArrivalLimit>, seed = 1) =>
  arrivalTimes(arrival, { count: null, durationMs: null, ...limit }, rngFor(seed, "arrivals"));

const ALL: Arrival[] = [
  { kind: "poisson", ratePerS: 50 },
  { kind: "constant", ratePerS: 50 },
  { kind: "gamma", ratePerS: 50, burstiness: 0.25 },
  { kind: "gamma", ratePerS: 50, burstiness: 4 },
  { kind: "burst", size: 7, everyMs: 140 },
  parseRamp("linear:10-90/5s")!,
  parseRamp("exponential:10-90/5s")!,
  { kind: "trace", times: Float64Array.from({ length: 600 }, (_, i) => Math.floor(i / 3) * 60) },
];

describe.each(ALL.map((arrival) => [JSON.stringify(arrival).slice(0, 70), arrival] as const))(
  "%s",
  (_, arrival) => {
    test("ascends from 0 on, and ends by number, by time, or by what comes first", () => {
      const byNumber = times(arrival, { count: 100 });
      expect(byNumber).toHaveLength(100);
      const byTime = times(arrival, { durationMs: 3000 });
      expect(byTime.at(-1)).toBeLessThan(3000);
      for (const offsets of [byNumber, byTime]) {
        expect(offsets[0]).toBeGreaterThanOrEqual(0);
        expect(offsets).toEqual(offsets.toSorted());
      }
      expect(times(arrival, { count: 10, durationMs: 3000 })).toEqual(byTime.slice(0, 10));
      expect(times(arrival, { count: 10_000, durationMs: 3000 })).toEqual(byTime);
    });

    test("is the same for the same seed, and one limit gives the beginning of a wider one", () => {
      fc.assert(
        fc.property(fc.nat(), fc.nat(200), fc.nat(200), (seed, n, more) => {
          const long = times(arrival, { count: n + more }, seed);
          expect(times(arrival, { count: n }, seed)).toEqual(long.slice(0, n));
        }),
        { numRuns: 20 },
      );
    });

    test("slices for 1, 2 and 8 workers (request i to worker i mod N) make up the whole", () => {
      const whole = times(arrival, { durationMs: 5000 }, 9);
      for (const workers of [1, 2, 8]) {
        const together: Float64Array = new Float64Array(whole.length).fill(Number.NaN);
        for (let worker = 0; worker < workers; worker++) {
          // Each worker computes the schedule for itself.
          const own = times(arrival, { durationMs: 5000 }, 9);
          for (let i = worker; i < own.length; i += workers) together[i] = own[i]!;
        }
        expect(together).toEqual(whole);
      }
    });
  },
);

test("Poisson: as ever, and gamma of burstiness 1 is the same schedule", () => {
  const limit = { count: 1000, durationMs: null };
  const expected = arrivalTimes({ kind: "poisson", ratePerS: 20 }, limit, rngFor(5, "arrivals"));
  expect([...expected.slice(0, 3)]).toEqual(POISSON_20_SEED_5);
  expect(times({ kind: "poisson", ratePerS: 20 }, limit, 5)).toEqual(expected);
  expect(times({ kind: "gamma", ratePerS: 20, burstiness: 1 }, limit, 5)).toEqual(expected);
});

/** From the first version; a schedule must not change under a seed. */
const POISSON_20_SEED_5 = [55.2069498429033, 186.26703522765933, 218.1472872386504];

test("constant: equal gaps without drift, the first at 0, rate × time of them", () => {
  const offsets = times({ kind: "constant", ratePerS: 3 }, { durationMs: 100_000 });
  expect(offsets).toHaveLength(300);
  for (const [i, at] of offsets.entries()) expect(at).toBe((i * 1000) / 3);
});

test("burst: groups at once, the last one cut by a number", () => {
  const arrival: Arrival = { kind: "burst", size: 3, everyMs: 500 };
  expect([...times(arrival, { durationMs: 1001 })]).toEqual([0, 0, 0, 500, 500, 500, 1000, 1000, 1000]);
  expect([...times(arrival, { count: 4 })]).toEqual([0, 0, 0, 500]);
  expect(times(arrival, { durationMs: 60_000 })).toHaveLength(360);
});

test("trace: its own instants, as many as there are", () => {
  const own: Float64Array = Float64Array.of(0, 0, 10, 25.5);
  expect(times({ kind: "trace", times: own }, {})).toEqual(own);
  expect(times({ kind: "trace", times: own }, { count: 9 })).toEqual(own);
  expect([...times({ kind: "trace", times: own }, { durationMs: 25.5 })]).toEqual([0, 0, 10]);
});

test("a ramp down to 0 ends by itself", () => {
  const offsets = times(parseRamp("linear:50-0/10s")!, { count: 100_000 });
  expect(offsets.length).toBeWithin(150, 350);
  expect(offsets.at(-1)).toBeLessThanOrEqual(10_000);
});

test("an infinite rate puts all at 0", () => {
  const ratePerS = Number.POSITIVE_INFINITY;
  for (const arrival of [
    { kind: "poisson", ratePerS },
    { kind: "constant", ratePerS },
    { kind: "gamma", ratePerS, burstiness: 0.5 },
  ] as const) {
    expect(times(arrival, { count: 4 })).toEqual(new Float64Array(4));
  }
});

describe("too many requests are refused before any is computed", () => {
  test.each([
    [{ kind: "poisson", ratePerS: 1e6 }, { durationMs: 60_000 }, "60,000,000"],
    [{ kind: "gamma", ratePerS: 1e6, burstiness: 2 }, { count: 1e9 }, "1,000,000,000"],
    [{ kind: "burst", size: 1e6, everyMs: 100 }, { durationMs: 60_000 }, "600,000,000"],
    [parseRamp("linear:0-1000000/60s"), { durationMs: 60_000 }, "30,000,000"],
    [{ kind: "constant", ratePerS: Number.POSITIVE_INFINITY }, { durationMs: 60_000 }, "endlessly many"],
    [{ kind: "poisson", ratePerS: 1 }, {}, "endlessly many"],
  ] as [Arrival, Partial<ArrivalLimit>, string][])("%j %j", (arrival, limit, shown) => {
    expect(() => times(arrival, limit)).toThrow(
      `the schedule would have ${shown} requests, more than 20,000,000`,
    );
    expect(() => times(arrival, limit)).toThrow(ToolError);
  });

  test("the limit itself is allowed", () => {
    const arrival: Arrival = { kind: "constant", ratePerS: 1e6 };
    expect(expectedRequests(arrival, { count: null, durationMs: 20_000 })).toBe(MOST_REQUESTS);
    expect(times(arrival, { durationMs: 20_000 })).toHaveLength(MOST_REQUESTS);
  });
});

test("the number expected is what comes in the mean", () => {
  for (const arrival of ALL) {
    const limit = { count: null, durationMs: 8000 };
    const expected = expectedRequests(arrival, limit);
    const seeds = 200;
    let sum = 0;
    for (let seed = 0; seed < seeds; seed++) sum += times(arrival, limit, seed).length;
    // Gamma of burstiness 0.25 has a variance of 4 a request, and 1.5 more requests as it begins with one due.
    const tolerance = arrival.kind === "trace" ? expected : 5 * Math.sqrt((4 * expected) / seeds) + 1.5;
    expect(Math.abs(sum / seeds - expected)).toBeLessThanOrEqual(tolerance);
  }
});
