import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { rngFor } from "../../../core/rng.ts";
import { drawLength, type LengthDistribution } from "./lengths.ts";

function draws(distribution: LengthDistribution, n: number, seed = 1): number[] {
  const rng = rngFor(seed, "lengths");
  return Array.from({ length: n }, () => drawLength(distribution, rng));
}

const meanOf = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

function sdOf(numbers: readonly number[]): number {
  const mean = meanOf(numbers);
  return Math.sqrt(meanOf(numbers.map((x) => (x - mean) ** 2)));
}

test("fixed is always the same", () => {
  expect(new Set(draws({ kind: "fixed", tokens: 7 }, 100))).toEqual(new Set([7]));
});

describe("uniform", () => {
  test("holds every length of its range, both ends included, each as often as the others", () => {
    const n = 50_000;
    const counts = new Map<number, number>();
    for (const length of draws({ kind: "uniform", min: 8, max: 12 }, n)) {
      counts.set(length, (counts.get(length) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([8, 9, 10, 11, 12]);
    for (const count of counts.values())
      expect(Math.abs(count / n - 0.2)).toBeLessThan(5 * Math.sqrt(0.16 / n));
  });

  test("of one length is that length", () => {
    expect(new Set(draws({ kind: "uniform", min: 5, max: 5 }, 100))).toEqual(new Set([5]));
  });
});

test("choices are its lengths and no others, each as often as it stands there", () => {
  const n = 40_000;
  const lengths = draws({ kind: "choices", tokens: [32, 64, 64, 128] }, n);
  expect([...new Set(lengths)].sort((a, b) => a - b)).toEqual([32, 64, 128]);
  const share = lengths.filter((length) => length === 64).length / n;
  expect(Math.abs(share - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / n));
});

describe("normal and lognormal", () => {
  const wide = { mean: 200, sd: 40, min: 1, max: 1_000_000 };

  test.each(["normal", "lognormal"] as const)("%s has the mean and the sd that it is given", (kind) => {
    const n = 50_000;
    for (let seed = 0; seed < 5; seed++) {
      const lengths = draws({ kind, ...wide }, n, seed);
      expect(Math.abs(meanOf(lengths) - 200)).toBeLessThan((5 * 40) / Math.sqrt(n));
      // Rounding adds 1/12 to the variance; the sd of an sd is below 2 sd / √(2n) for both.
      expect(Math.abs(sdOf(lengths) - 40)).toBeLessThan((5 * 40 * 2) / Math.sqrt(2 * n));
    }
  });

  test("lognormal is skewed to the right with median mean²/√(mean² + sd²), normal is not", () => {
    const wider = { mean: 200, sd: 200, min: 1, max: 1_000_000 };
    const median = (lengths: number[]) => lengths.sort((a, b) => a - b)[lengths.length >> 1]!;
    expect(median(draws({ kind: "lognormal", ...wider }, 100_001))).toBeWithin(139, 145);
    expect(median(draws({ kind: "normal", ...wide }, 100_001))).toBeWithin(199, 202);
  });

  test.each(["normal", "lognormal"] as const)("%s without spread is its mean, rounded", (kind) => {
    expect(new Set(draws({ kind, mean: 99.6, sd: 0, min: 1, max: 1000 }, 100))).toEqual(new Set([100]));
  });
});

test("every length is whole and inside of its range, however odd the parameters", () => {
  const distribution = fc
    .tuple(
      fc.constantFrom("normal" as const, "lognormal" as const),
      fc.integer({ min: 1, max: 1000 }),
      fc.nat(1000),
    )
    .chain(([kind, min, width]) =>
      fc.record({
        kind: fc.constant(kind),
        mean: fc.double({ min: 1, max: 1e6, noNaN: true }),
        sd: fc.double({ min: 0, max: 1e6, noNaN: true }),
        min: fc.constant(min),
        max: fc.constant(min + width),
      }),
    );
  fc.assert(
    fc.property(distribution, fc.nat(), (given, seed) => {
      for (const length of draws(given, 20, seed)) {
        expect(Number.isInteger(length)).toBe(true);
        expect(length).toBeWithin(given.min, given.max + 1);
      }
    }),
  );
});
