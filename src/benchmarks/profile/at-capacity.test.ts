import { expect, test } from "bun:test";
import { figuresAtCapacity } from "./at-capacity.ts";
import { fakeFigures, fakeLevel } from "./level.fake.ts";
import { searchRange } from "./search-range.ts";

const level = (ratePerS: number, given = {}) =>
  fakeLevel({ name: `rate-${ratePerS}`, load: { kind: "rate", ratePerS }, ...given });

test("the level closest below the capacity tells what it comes with", () => {
  const figures = fakeFigures({ usdPerMOutputTokens: 2, gpus: 4, outputTokensPerSPerGpu: 128 });
  const levels = [level(8), level(2), level(4, { figures }), level(4.5, { saturated: true }), level(5)];
  expect(figuresAtCapacity(4.9, levels)).toEqual({
    level: "rate-4",
    ratePerS: 4,
    outputTokensPerS: 512,
    usdPerMOutputTokens: 2,
    joulesPerOutputToken: null,
    gpus: 4,
    outputTokensPerSPerGpu: 128,
  });
  expect(figuresAtCapacity(1, levels)).toBeNull();
  expect(figuresAtCapacity(null, levels)).toBeNull();
});

test("of levels within 10 % below it the one with the most requests, and none whose client was unfit", () => {
  const of = (n: number, verdict: "fit" | "unfit" = "fit") =>
    fakeFigures({ n, validity: { verdict, reasons: [] } });
  const levels = [
    level(80, { figures: of(900) }),
    level(99, { figures: of(30) }),
    level(92, { figures: of(300) }),
    level(95, { figures: of(200) }),
    level(98, { figures: of(999, "unfit") }),
  ];
  expect(figuresAtCapacity(100, levels)?.ratePerS).toBe(92);
  expect(figuresAtCapacity(100, levels.toReversed())?.ratePerS).toBe(92);
});

test("the search starts at the highest rate that was good", () => {
  const trial = (ratePerS: number, good: number) => ({ ratePerS, good, total: 100, saturated: false });
  const known = [trial(1, 100), trial(2, 97), trial(4, 60)];
  expect(searchRange(0.95, known, [0.5, 3])).toEqual({
    startRatePerS: 2,
    minRatePerS: 0.05,
    maxRatePerS: 8,
  });
  expect(searchRange(0.95, [trial(4, 1)], [])?.startRatePerS).toBe(4);
  expect(searchRange(0.95, [], [])).toBeNull();
});
