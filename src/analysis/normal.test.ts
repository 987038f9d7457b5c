import { expect, test } from "bun:test";
import { normalCdf, Z95 } from "./normal.ts";

test("agrees with scipy.stats.norm.cdf 1.17, far down the tail too", () => {
  for (const [z, p] of [
    [-8, 6.22096057427174e-16],
    [-3, 0.0013498980316300933],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [1.96, 0.9750021048517795],
    [5, 0.9999997133484281],
  ] as const) {
    expect(normalCdf(z) / p).toBeCloseTo(1, 11);
  }
  expect(normalCdf(Z95)).toBeCloseTo(0.975, 14);
});
