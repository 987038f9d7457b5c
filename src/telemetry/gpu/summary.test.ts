import { expect, test } from "bun:test";
import type { GpuSample } from "./sample.ts";
import { summarizeGpus } from "./summary.ts";

function reading(atMs: number, index: number, figures: Partial<GpuSample>): GpuSample {
  return {
    atMs,
    index,
    memoryUsedMib: 100,
    memoryTotalMib: 1000,
    utilizationPercent: null,
    powerW: null,
    temperatureC: null,
    smClockMhz: null,
    ...figures,
  };
}

test("takes the readings inside the window, GPU by GPU", () => {
  const samples = [
    reading(0, 1, { utilizationPercent: 99, memoryUsedMib: 900 }),
    reading(100, 0, { utilizationPercent: 10, powerW: 100, temperatureC: 40 }),
    reading(100, 1, { utilizationPercent: 50 }),
    reading(200, 0, { utilizationPercent: 30, powerW: 300, temperatureC: 50, memoryUsedMib: 700 }),
    reading(300, 0, { utilizationPercent: 20, powerW: null, temperatureC: 45 }),
    reading(301, 0, { utilizationPercent: 100, memoryUsedMib: 999 }),
  ];
  const [first, second] = summarizeGpus(samples, { fromMs: 100, toMs: 300 });
  expect(first).toEqual({
    index: 0,
    n: 3,
    periodMs: 100,
    utilizationPercent: { mean: 20, p95: 29, max: 30 },
    powerW: { mean: 200, p95: 290, max: 300 },
    smClockMhz: null,
    temperatureMaxC: 50,
    memoryPeakMib: 700,
    memoryTotalMib: 1000,
  });
  expect(second).toMatchObject({
    index: 1,
    n: 1,
    periodMs: null,
    utilizationPercent: { mean: 50 },
    memoryPeakMib: 100,
  });
});

test("a GPU without a reading in the window is still listed", () => {
  const [only] = summarizeGpus([reading(0, 4, { powerW: 1 })], { fromMs: 10, toMs: 20 });
  expect(only).toMatchObject({ index: 4, n: 0, powerW: null, memoryPeakMib: null, memoryTotalMib: null });
  expect(summarizeGpus([], { fromMs: 0, toMs: 1 })).toEqual([]);
});
