import { expect, test } from "bun:test";
import { amountPer, costUsd } from "./cost.ts";

test("dollars a million tokens, with the hour's seconds in it", () => {
  // $3.60 an hour at 1,000 tokens a second: $1 for a million.
  expect(amountPer(costUsd(3.6, 60), 60_000, 1e6)).toBeCloseTo(1, 12);
  expect(costUsd(36, 100)).toBe(1);
});

test("nothing to divide by is no amount", () => {
  expect(amountPer(1, 0, 1e6)).toBeNull();
  expect(amountPer(0, 5, 1000)).toBe(0);
});
