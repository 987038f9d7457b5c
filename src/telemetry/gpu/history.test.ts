import { expect, test } from "bun:test";
import { figureKeys } from "./figures.ts";
import { historyOf } from "./history.ts";
import { SampleRing } from "./ring.ts";

test("is means over equal times, oldest first, null where nothing was read", () => {
  const ring = SampleRing.ofRows(100);
  for (const [atMs, value] of [
    [50, 900],
    [100, 10],
    [140, 30],
    [310, 5],
    [400, 7],
  ] as const)
    ring.push(atMs, new Float64Array(figureKeys.length).fill(value));
  expect(historyOf(ring, "powerW", 400, 300, 3)).toEqual([20, null, 6]);
});
