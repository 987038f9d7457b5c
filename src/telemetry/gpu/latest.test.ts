import { expect, test } from "bun:test";
import { figureIndex, figureKeys } from "./figures.ts";
import { latestOf } from "./latest.ts";
import { SampleRing } from "./ring.ts";

test("each figure has its own last value, if that is fresh", () => {
  const ring = SampleRing.ofRows(100);
  const gpu = { index: 3, mig: null };
  expect(latestOf(ring, gpu, 0)).toBeNull();
  for (const [atMs, key, value] of [
    [10, "energyJ", 1],
    [20, "pcieTxKbPerS", 2],
    [30, "powerW", 3],
  ] as const) {
    const row = new Float64Array(figureKeys.length).fill(Number.NaN);
    row[figureIndex(key)] = value;
    ring.push(atMs, row);
  }
  expect(latestOf(ring, gpu, 20)).toMatchObject({
    ...gpu,
    atMs: 30,
    powerW: 3,
    pcieTxKbPerS: 2,
    energyJ: null,
  });
  expect(latestOf(ring, gpu, 0)).toMatchObject({ energyJ: 1, smClockMhz: null });
  expect(latestOf(ring, gpu, 31)).toBeNull();
});
