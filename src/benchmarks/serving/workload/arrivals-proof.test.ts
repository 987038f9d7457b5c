import { describe, expect, test } from "bun:test";
import { regularizedGamma } from "../../../analysis/incomplete-gamma.ts";
import { rngFor } from "../../../core/rng.ts";
import { type Arrival, arrivalTimes } from "./arrivals.ts";
import { parseRamp } from "./ramp.ts";

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const RATE_PER_S = 1000;
/** Requests expected of a seed: of 20 seeds with burstiness 0.25, the total has a relative sd of 2 / √(20 N) = 0.1 %. */
const N = 200_000;
const WINDOWS = 4000;
const DURATION_MS = (1000 * N) / RATE_PER_S;
/** Gaps that a Kolmogorov-Smirnov test looks at. */
const TESTED = 20_000;

const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0);

function schedule(arrival: Arrival, seed: number, durationMs = DURATION_MS): Float64Array {
  return arrivalTimes(arrival, { count: null, durationMs }, rngFor(seed, "arrivals"));
}

const gapsOf = (offsets: Float64Array) => offsets.map((at, i) => at - (offsets[i - 1] ?? 0));

/** Variance of the counts in windows over their mean. */
function dispersion(offsets: Float64Array): number {
  const counts = new Float64Array(WINDOWS);
  for (const at of offsets) counts[Math.floor((at / DURATION_MS) * WINDOWS)]!++;
  const mean = offsets.length / WINDOWS;
  return counts.reduce((total, n) => total + (n - mean) ** 2, 0) / (WINDOWS - 1) / mean;
}

/** Kolmogorov's limit with Stephens' correction for n (Stephens, JRSS B 32 (1970) 115). */
function ksP(values: Float64Array, cdf: (x: number) => number): number {
  const sorted = values.toSorted();
  const n = sorted.length;
  let distance = 0;
  for (const [i, x] of sorted.entries()) {
    const expected = cdf(x);
    distance = Math.max(distance, expected - i / n, (i + 1) / n - expected);
  }
  const lambda = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance;
  let p = 0;
  for (let k = 1; k <= 100; k++) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * (k * lambda) ** 2);
  return Math.min(1, p);
}

/** Index of dispersion of a renewal process with gamma gaps in windows of mean m (Cox, "Renewal Theory", 1962, ch. 4). */
function expectedDispersion(burstiness: number, m: number): number {
  return 1 / burstiness + (1 - 1 / burstiness ** 2) / (6 * m);
}

describe.each([
  ["poisson", { kind: "poisson", ratePerS: RATE_PER_S }, 1],
  ["gamma, burstiness 0.25", { kind: "gamma", ratePerS: RATE_PER_S, burstiness: 0.25 }, 0.25],
  ["gamma, burstiness 0.5", { kind: "gamma", ratePerS: RATE_PER_S, burstiness: 0.5 }, 0.5],
  ["gamma, burstiness 4", { kind: "gamma", ratePerS: RATE_PER_S, burstiness: 4 }, 4],
] as [string, Arrival, number][])("over 20 seeds: %s", (_, arrival, burstiness) => {
  const runs = SEEDS.map((seed) => schedule(arrival, seed));

  test("the rate is within 0.5 % of the one asked for", () => {
    const achieved = sum(runs.map((offsets) => offsets.length)) / (SEEDS.length * N);
    expect(Math.abs(achieved - 1)).toBeLessThan(0.005);
  });

  test("the index of dispersion is 1/burstiness, within its 95 % interval in 16 seeds and more", () => {
    const expected = expectedDispersion(burstiness, N / WINDOWS);
    const found = runs.map(dispersion);
    expect(Math.abs(sum(found) / SEEDS.length / (1 / burstiness) - 1)).toBeLessThan(0.03);
    // (WINDOWS - 1) × index / expected is chi-squared with WINDOWS - 1 degrees of freedom.
    const within = found.filter((index) => {
      const { lower } = regularizedGamma((WINDOWS - 1) / 2, ((WINDOWS - 1) * index) / expected / 2);
      return lower > 0.025 && lower < 0.975;
    });
    expect(within.length).toBeGreaterThanOrEqual(16);
  });

  test("gaps are gamma (Poisson: exponential), by Kolmogorov-Smirnov: p > 0.01 in 19 seeds and more", () => {
    const unitMs = 1000 / (RATE_PER_S * burstiness);
    const good = runs.filter((offsets) => {
      const gaps = gapsOf(offsets.subarray(0, TESTED));
      return ksP(gaps, (gap) => regularizedGamma(burstiness, gap / unitMs).lower) > 0.01;
    });
    expect(good.length).toBeGreaterThanOrEqual(19);
  });
});

test("Poisson: the rate of each seed is within 0.5 %", () => {
  // A million requests have a relative sd of 0.1 %.
  for (const seed of SEEDS) {
    const { length } = schedule({ kind: "poisson", ratePerS: RATE_PER_S }, seed, 1_000_000);
    expect(Math.abs(length / 1e6 - 1)).toBeLessThan(0.005);
  }
});

describe.each(["linear:100-900/20s", "exponential:20-2000/20s", "linear:900-100/20s"])(
  "over 20 seeds: %s",
  (text) => {
    const ramp = parseRamp(text)!;
    const runs = SEEDS.map((seed) => schedule(ramp, seed, 30_000));

    /** Requests expected between two instants, by Simpson's rule over the rate. */
    function expectedBetween(fromMs: number, toMs: number): number {
      const rate = (ms: number) => {
        const share = Math.min(1, ms / ramp.overMs);
        return ramp.shape === "linear"
          ? ramp.fromPerS + (ramp.toPerS - ramp.fromPerS) * share
          : ramp.fromPerS * (ramp.toPerS / ramp.fromPerS) ** share;
      };
      const middle = rate((fromMs + toMs) / 2);
      return ((rate(fromMs) + 4 * middle + rate(toMs)) * (toMs - fromMs)) / 6000;
    }

    test("each second has as many requests as its rate says", () => {
      for (let second = 0; second < 30; second++) {
        const [from, to] = [1000 * second, 1000 * (second + 1)];
        const expected = SEEDS.length * expectedBetween(from, to);
        const found = sum(runs.map((offsets) => offsets.filter((at) => at >= from && at < to).length));
        expect(Math.abs(found - expected)).toBeLessThan(4.5 * Math.sqrt(expected));
      }
    });

    test("gaps in expected requests are exponential: p > 0.01 in 19 seeds and more", () => {
      const good = runs.filter((offsets) => {
        const gaps = offsets.map((at, i) => expectedBetween(offsets[i - 1] ?? 0, at));
        return ksP(gaps, (gap) => -Math.expm1(-gap)) > 0.01;
      });
      expect(good.length).toBeGreaterThanOrEqual(19);
    });
  },
);

test("the proof does tell: constant gaps, and bursts, fail it", () => {
  const constant = schedule({ kind: "constant", ratePerS: RATE_PER_S }, 1);
  const burst = schedule({ kind: "burst", size: 10, everyMs: 10 }, 1);
  for (const offsets of [constant, burst]) {
    expect(ksP(gapsOf(offsets.subarray(0, TESTED)), (gap) => -Math.expm1(-gap))).toBeLessThan(1e-6);
    expect(dispersion(offsets)).toBeLessThan(0.9);
  }
});
