import { expect, test } from "bun:test";
import { chiSquareQuantile } from "./chi-square.ts";

test("agrees with scipy.stats.chi2.ppf 1.17", () => {
  for (const [degrees, probability, x] of [
    [1, 0.95, 3.841458820694124],
    [2, 0.5, 1.386294361119891],
    [10, 0.025, 3.2469727802368413],
    [199, 0.025, 161.82618239364686],
    [199, 0.975, 239.9596818276442],
    [10_000, 0.975, 10279.07017988759],
  ] as const) {
    expect(chiSquareQuantile(degrees, probability) / x).toBeCloseTo(1, 10);
  }
});
