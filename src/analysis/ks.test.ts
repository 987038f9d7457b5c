import { expect, test } from "bun:test";
import { rngFor } from "../core/rng.ts";
import { exponentialCdf, gammaCdf } from "./gap-distribution.ts";
import { kolmogorovSmirnov, kolmogorovTail } from "./ks.ts";

test("agrees with the exact distribution, scipy.stats.kstwo 1.17", () => {
  for (const [n, d, p] of [
    [10, 0.3, 0.2705355748],
    [20, 0.2, 0.3527201736],
    [50, 0.15, 0.1902636652],
    [100, 0.1, 0.252692757],
    [1000, 0.03, 0.3226902144],
    [10_000, 0.01, 0.2682191277],
  ] as const) {
    expect(Math.abs(kolmogorovTail(d, n) - p)).toBeLessThan(n < 20 ? 0.0012 : 0.0006);
  }
});

test("both series meet, and p falls from 1 to 0", () => {
  let before = 1;
  for (let d = 0; d <= 1; d += 0.001) {
    const p = kolmogorovTail(d, 100);
    expect(p).toBeLessThanOrEqual(before + 1e-12);
    expect(p).toBeGreaterThanOrEqual(0);
    before = p;
  }
  expect(kolmogorovTail(0, 100)).toBe(1);
});

test("agrees with the statistic by hand", () => {
  const uniform = (x: number) => Math.min(1, Math.max(0, x));
  // Steps 0, ¼ … 1 at 0.1, 0.2, 0.5, 0.6: largest gap 1 - 0.6.
  expect(kolmogorovSmirnov([0.5, 0.1, 0.6, 0.2], uniform)!.statistic).toBeCloseTo(0.4, 12);
  // Above the steps: 0.7 - 0.
  expect(kolmogorovSmirnov([0.7, 0.9], uniform)!.statistic).toBeCloseTo(0.7, 12);
  expect(kolmogorovSmirnov([], uniform)).toBeNull();
});

test("p is even over samples of the distribution itself", () => {
  const below = [0, 0, 0];
  for (let seed = 0; seed < 2000; seed++) {
    const rng = rngFor(seed, "gaps");
    const gaps = Float64Array.from({ length: 100 }, () => 50 * rng.exponential());
    const { pValue } = kolmogorovSmirnov(gaps, exponentialCdf(50))!;
    [0.01, 0.1, 0.5].forEach((limit, i) => {
      if (pValue < limit) below[i]!++;
    });
  }
  // Within four standard errors of 2,000 runs.
  [0.01, 0.1, 0.5].forEach((limit, i) => {
    const noise = 4 * Math.sqrt((limit * (1 - limit)) / 2000);
    expect(Math.abs(below[i]! / 2000 - limit)).toBeLessThan(noise);
  });
});

test("tells gamma gaps from exponential ones", () => {
  const rng = rngFor(1, "gaps");
  const gaps = Float64Array.from({ length: 1000 }, () => 25 * (rng.exponential() + rng.exponential()));
  expect(kolmogorovSmirnov(gaps, gammaCdf(2, 50))!.pValue).toBeGreaterThan(0.01);
  expect(kolmogorovSmirnov(gaps, exponentialCdf(50))!.pValue).toBeLessThan(1e-9);
});
