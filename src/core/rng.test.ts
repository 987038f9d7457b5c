import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { permutation, type Rng, rngFor } from "./rng.ts";

const take = (rng: Rng, n: number) => Array.from({ length: n }, () => rng.uniform());

describe("rngFor", () => {
  test("gives the same numbers for the same seed, stream and index", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), fc.nat(), (seed, stream, index) => {
        expect(take(rngFor(seed, stream, index), 8)).toEqual(take(rngFor(seed, stream, index), 8));
      }),
    );
  });

  test("gives the same numbers on every machine and in every version", () => {
    expect(take(rngFor(0, "arrivals"), 3)).toEqual([
      0.735_467_299_243_646_6, 0.588_668_096_892_083_4, 0.496_817_291_542_997_9,
    ]);
  });

  test("seeds beyond 32 bits are not cut", () => {
    const low = 5;
    expect(take(rngFor(low, "x"), 2)).not.toEqual(take(rngFor(low + 2 ** 32, "x"), 2));
    expect(take(rngFor(low, "x"), 2)).not.toEqual(take(rngFor(low + 2 ** 52, "x"), 2));
  });

  test("each index has a generator of its own: 200,000 first numbers, all different", () => {
    const firsts = new Set<number>();
    for (let i = 0; i < 200_000; i++) firsts.add(rngFor(7, "nonce", i).uniform());
    expect(firsts.size).toBe(200_000);
  });

  test("streams of one seed are independent: no correlation between them", () => {
    const n = 20_000;
    const [a, b] = [take(rngFor(1, "arrivals"), n), take(rngFor(1, "prompt"), n)];
    expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(n));
  });

  test("neighbours are independent: no correlation between the numbers of index i and i + 1, nor inside one generator", () => {
    const n = 20_000;
    const firsts = Array.from({ length: n + 1 }, (_, i) => rngFor(3, "prompt", i));
    const u = firsts.map((rng) => [rng.uniform(), rng.uniform(), rng.uniform()] as const);
    const column = (k: 0 | 1 | 2) => u.slice(0, n).map((row) => row[k]);
    const next = u.slice(1).map((row) => row[0]);
    for (const [a, b] of [
      [column(0), next],
      [column(0), column(1)],
      [column(0), column(2)],
      [column(1), column(2)],
    ] as const) {
      expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  test("the first two numbers of the generators fill the square evenly", () => {
    const side = 16;
    const n = 100_000;
    const counts = new Float64Array(side * side);
    for (let i = 0; i < n; i++) {
      const rng = rngFor(11, "prompt", i);
      const cell = Math.floor(rng.uniform() * side) * side + Math.floor(rng.uniform() * side);
      counts[cell]!++;
    }
    expect(chiSquareZ(counts, n)).toBeLessThan(8);
  });
});

describe("uniform", () => {
  test("lies in [0, 1) with mean 1/2 and variance 1/12", () => {
    const n = 100_000;
    const numbers = take(rngFor(5, "u"), n);
    expect(numbers.every((u) => u >= 0 && u < 1)).toBe(true);
    const mean = meanOf(numbers);
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(varianceOf(numbers) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n));
  });

  test("has all 53 bits: numbers do not sit on a grid of 2^-32", () => {
    const off = take(rngFor(5, "bits"), 100).filter((u) => !Number.isInteger(u * 2 ** 32));
    expect(off.length).toBe(100);
  });
});

describe("below", () => {
  test("is a whole number from 0 to n - 1, each as often as the others", () => {
    for (const n of [1, 2, 3, 7, 868]) {
      const rng = rngFor(2, "below", n);
      const draws = n * 1000;
      const counts = new Float64Array(n);
      for (let i = 0; i < draws; i++) counts[rng.below(n)]!++;
      expect(counts.reduce((a, b) => a + b)).toBe(draws);
      if (n > 1) expect(chiSquareZ(counts, draws)).toBeLessThan(8);
    }
  });

  test("never reaches n, however large n is", () => {
    const almostOne = 1 - 2 ** -53;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (n) =>
        expect(Math.floor(almostOne * n)).toBe(n - 1),
      ),
    );
  });
});

test("exponential is at least 0 with mean 1 and variance 1", () => {
  const n = 100_000;
  const rng = rngFor(9, "exp");
  const numbers = Array.from({ length: n }, () => rng.exponential());
  expect(numbers.every((x) => x >= 0 && Number.isFinite(x))).toBe(true);
  expect(Math.abs(meanOf(numbers) - 1)).toBeLessThan(5 / Math.sqrt(n));
  // The variance of (x - 1)² is 8.
  expect(Math.abs(varianceOf(numbers) - 1)).toBeLessThan(5 * Math.sqrt(8 / n));
});

test("normal has mean 0, variance 1, and the right share within one and two standard deviations", () => {
  const n = 100_000;
  const rng = rngFor(9, "normal");
  const numbers = Array.from({ length: n }, () => rng.normal());
  expect(Math.abs(meanOf(numbers))).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(varianceOf(numbers) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  for (const [sds, share] of [
    [1, 0.682_689_492],
    [2, 0.954_499_736],
  ] as const) {
    const found = numbers.filter((x) => Math.abs(x) < sds).length / n;
    expect(Math.abs(found - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / n));
  }
});

describe("permutation", () => {
  test("holds each of 0..n-1 once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(), (n, seed) => {
        const order = permutation(n, rngFor(seed, "order"));
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  test("gives each order of three as often as the others", () => {
    const counts = new Map<string, number>();
    const n = 60_000;
    for (let i = 0; i < n; i++) {
      const order = permutation(3, rngFor(1, "order", i)).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["012", "021", "102", "120", "201", "210"]);
    expect(chiSquareZ(Float64Array.from(counts.values()), n)).toBeLessThan(8);
  });
});

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}

function varianceOf(numbers: readonly number[]): number {
  const mean = meanOf(numbers);
  return numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (numbers.length - 1);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const covariance = a.reduce((sum, x, i) => sum + (x - meanA) * (b[i]! - meanB), 0) / (a.length - 1);
  return covariance / Math.sqrt(varianceOf(a) * varianceOf(b));
}

/** How many standard deviations a chi-square statistic over equally likely cells lies above its mean. */
function chiSquareZ(counts: Float64Array, n: number): number {
  const expected = n / counts.length;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (statistic - freedom) / Math.sqrt(2 * freedom);
}
