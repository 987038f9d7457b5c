import { expect, test } from "bun:test";
import type { Bounded } from "../../analysis/bounded.ts";
import { figuresAtCapacity } from "./at-capacity.ts";
import { fakeFigures, fakeLevel } from "./level.fake.ts";
import type { LevelFigures } from "./level-figures.ts";
import type { LevelResult } from "./profile-shape.ts";
import { searchRange } from "./search-range.ts";

const level = (ratePerS: number, given: Partial<LevelResult> = {}) =>
  fakeLevel({ name: `rate-${ratePerS}`, load: { kind: "rate", ratePerS }, ...given });
const of = (n: number, mean: number, sd: number, given: Partial<LevelFigures> = {}) =>
  fakeFigures({ n, answerTokens: { n, mean, sd }, ...given });
const rounded = ({ value, low, high }: Bounded) =>
  [value, low, high].map((bound) => (bound === null ? null : Number(bound.toPrecision(4))));
const capacity = { ratePerS: 8.3, low: 8, high: 8.6 };

test("figures are those at the capacity, not at the level that tells what a request takes", () => {
  // 3 dollars an hour, 8 GPUs; the level was drawn at 7.37 where 7.68 were asked for.
  const outputTokensPerS = 7.37 * 100;
  const usdPerMOutputTokens = (3 / 3600 / outputTokensPerS) * 1e6;
  const figures = of(400, 100, 20, {
    outputTokensPerS,
    usdPerMOutputTokens,
    usdPerMTotalTokens: usdPerMOutputTokens / 4,
    joulesPerOutputToken: 0.3,
    gpus: 8,
  });
  const at = figuresAtCapacity(capacity, [level(7.68, { figures }), level(2), level(9.5)])!;
  expect(at.levels).toEqual(["rate-7.68"]);
  expect(rounded(at.outputTokensPerRequest)).toEqual([100, 98.04, 102]);
  // Both errors together: hypot(3.61 %, 1.96 %) on each side.
  expect(rounded(at.outputTokensPerS)).toEqual([830, 795.9, 864.1]);
  expect(rounded(at.usdPerMOutputTokens!)).toEqual([1.004, 0.9644, 1.047]);
  expect(rounded(at.usdPerMTotalTokens!)).toEqual([0.251, 0.2411, 0.2618]);
  expect(rounded(at.outputTokensPerSPerGpu!)).toEqual([103.8, 99.48, 108]);
  // Its power at the capacity's throughput; how much levels differ is not known of one.
  expect(rounded(at.joulesPerOutputToken!)).toEqual([Number(((0.3 * 737) / 830).toPrecision(4)), null, null]);
  expect(at.gpus).toBe(8);
});

test("levels within 10 % on either side tell together, and none beyond saturation or of an unfit client", () => {
  const trial = (saturated: boolean) => ({ ratePerS: 8, good: 1, total: 100, saturated });
  const unfit = { validity: { verdict: "unfit" as const, reasons: [] } };
  const levels = [
    level(7.5, { figures: of(100, 90, 0) }),
    level(9, { figures: of(300, 110, 0, { outputTokensPerS: 3 * 512 }) }),
    level(8, { figures: of(900, 500, 0), saturated: true }),
    level(8.1, { figures: of(900, 500, 0), trial: trial(true) }),
    level(8.2, { figures: of(900, 500, 0, unfit) }),
    level(7, { figures: of(900, 500, 0) }),
  ];
  const at = figuresAtCapacity(capacity, levels)!;
  expect(at.levels).toEqual(["rate-7.5", "rate-9"]);
  expect(at.outputTokensPerRequest.value).toBe(105);
  expect(at.joulesPerOutputToken).toBeNull();
});

/** A level of 100 tokens a request and this power. */
const atPower = (ratePerS: number, watts: number | null) => {
  const outputTokensPerS = 100 * ratePerS;
  const joulesPerOutputToken = watts === null ? null : watts / outputTokensPerS;
  return level(ratePerS, { figures: of(400, 100, 0, { outputTokensPerS, joulesPerOutputToken }) });
};

test("energy is the levels' mean power over the throughput at the capacity, with both intervals", () => {
  const joules = (...watts: (number | null)[]) =>
    figuresAtCapacity(
      capacity,
      watts.map((one, i) => atPower([7.8, 8.1, 8.5, 9][i]!, one)),
    )!.joulesPerOutputToken;
  // The same power everywhere, as of --host-watts: 200 W at 830 [800 to 860] tok/s.
  expect(rounded(joules(200, 200, 200)!)).toEqual([0.241, 0.2326, 0.25]);
  // 180, 200 and 220 W: 200 ± 4.303 · 20 / √3, or ± 24.8 %; and 3.5 to 3.8 % of the throughput.
  const { value, low, high } = joules(180, 200, 220)!;
  expect(value).toBeCloseTo(200 / 830, 9);
  expect(low! / value - 1).toBeCloseTo(-Math.hypot(0.2484, 1 - 830 / 860), 4);
  expect(high! / value - 1).toBeCloseTo(Math.hypot(0.2484, 830 / 800 - 1), 4);
  expect(joules(180, null, 220)).toBeNull();
});

test("where none is so near the closest on each side tell, and energy lies between", () => {
  const levels = [atPower(2, 900), atPower(4.3, 400), atPower(12.3, 200), atPower(20, 900)];
  const found = figuresAtCapacity(capacity, levels)!;
  expect(found.levels).toEqual(["rate-4.3", "rate-12.3"]);
  expect(found.joulesPerOutputToken).toEqual({ value: expect.closeTo(300 / 830, 9), low: null, high: null });
  // Of one side alone there is nothing but what it took itself.
  const below = figuresAtCapacity(capacity, levels.slice(0, 2))!;
  expect(below.joulesPerOutputToken).toEqual({ value: expect.closeTo(400 / 430, 9), low: null, high: null });
});

test("a failed request gives no tokens, and a bound that the capacity lacks none either", () => {
  const figures = of(100, 100, 0, { n: 200 });
  const at = figuresAtCapacity({ ...capacity, high: null }, [level(8.3, { figures })])!;
  expect(at.outputTokensPerS.value).toBeCloseTo(415, 9);
  expect(at.outputTokensPerS.high).toBeNull();
});

test("conversations: a rate is one of sessions, whose tokens have no interval", () => {
  const requests = { total: 300, succeeded: 300, failed: 0, censored: 0, byClass: {} };
  const at = figuresAtCapacity(capacity, [
    level(8, { figures: of(200, 50, 5, { requests, sessions: 100 }) }),
  ]);
  expect(at?.outputTokensPerRequest).toEqual({ value: 150, low: null, high: null });
});

test("without a capacity, or a level that can tell, there is nothing at it", () => {
  expect(figuresAtCapacity({ ratePerS: null, low: 1, high: 2 }, [level(1)])).toBeNull();
  expect(figuresAtCapacity(capacity, [level(8, { saturated: true })])).toBeNull();
  expect(
    figuresAtCapacity(capacity, [level(8, { figures: fakeFigures({ answerTokens: null }) })]),
  ).toBeNull();
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
