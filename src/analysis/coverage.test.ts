import { expect, test } from "bun:test";
import { rngFor } from "../core/rng.ts";
import { type Distribution, describe } from "./describe.ts";
import { autoregression, latencies } from "./series.fake.ts";

/**
 * The proof that the intervals are what they say: the share of simulated runs with known truth that they cover. 1,000 runs, since of 200
 * a share of 95 % is uncertain by 1.5 % (sd), and one of the figures below would leave 92 to 98 % by accident.
 */
const RUNS = 1000;
/** Standard normal quantiles: the truth of a log-normal with median 1 and sd s on the log scale is exp(s z), its mean exp(s²/2). */
const Z = { p50: 0, p99: 2.3263478740408408 } as const;

function coverage(runs: number, sd: number, run: (seed: number) => Distribution) {
  const covered = { mean: 0, p50: 0, p99: 0 };
  const methods = new Set<string>();
  for (let seed = 0; seed < runs; seed++) {
    const { meanLow, meanHigh, quantiles, intervals } = run(seed);
    methods.add(intervals);
    const mean = Math.exp((sd * sd) / 2);
    if (meanLow! <= mean && mean <= meanHigh!) covered.mean++;
    for (const name of ["p50", "p99"] as const) {
      const { low, high } = quantiles[name];
      const truth = Math.exp(sd * Z[name]);
      // A sample worth too few independent values has no high bound for p99, and says so.
      if (low! <= truth && (high === null || truth <= high)) covered[name]++;
    }
  }
  return { shares: Object.entries(covered).map(([name, count]) => [name, count / runs] as const), methods };
}

function expectHonest(shares: ReturnType<typeof coverage>["shares"]) {
  for (const [name, share] of shares) {
    expect(share, name).toBeGreaterThanOrEqual(0.92);
    expect(share, name).toBeLessThanOrEqual(0.98);
  }
}

test("independent latencies", () => {
  const { shares } = coverage(RUNS, 0.5, (seed) => describe(latencies(seed, 1100))!);
  expectHonest(shares);
});

test("dependent latencies: AR(1) with 0.6", () => {
  const { shares, methods } = coverage(RUNS, 0.5, (seed) => describe(latencies(seed, 2500, 0.6))!);
  expect([...methods]).toEqual(["block-bootstrap"]);
  expectHonest(shares);
});

test("latencies with long dependence: AR(1) with 0.9", () => {
  expectHonest(coverage(RUNS, 0.5, (seed) => describe(latencies(seed, 2500, 0.9))!).shares);
  expectHonest(coverage(400, 0.5, (seed) => describe(latencies(seed, 8000, 0.9))!).shares);
});

test("dependent latencies with a heavier tail", () => {
  expectHonest(coverage(RUNS, 1, (seed) => describe(latencies(seed, 3000, 0.6, 1))!).shares);
});

test("gaps pooled from requests, each with a speed of its own", () => {
  const { shares, methods } = coverage(400, Math.hypot(0.2, 0.4), (seed) => {
    const rng = rngFor(seed, "gaps");
    const gaps: number[] = [];
    const clusters: number[] = [];
    for (let request = 0; request < 300; request++) {
      clusters.push(gaps.length);
      const speed = 0.2 * rng.normal();
      for (const z of autoregression(rng, 20 + rng.below(81), 0.3)) gaps.push(Math.exp(speed + 0.4 * z));
    }
    return describe(gaps, { clusters })!;
  });
  expect([...methods]).toEqual(["cluster-bootstrap"]);
  expectHonest(shares);
});
