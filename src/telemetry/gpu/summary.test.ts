import { describe, expect, test } from "bun:test";
import { type FigureKey, figureIndex, figureKeys } from "./figures.ts";
import { ProcessLog } from "./process-log.ts";
import { NOT_OFFERED, SampleRing } from "./ring.ts";
import { summarizeGpu } from "./summary.ts";

type Reading = [atMs: number, figures: Partial<Record<FigureKey, number>>];

function summaryOf(
  readings: readonly Reading[],
  window: { fromMs: number; toMs: number },
  statuses: [FigureKey, number][] = [],
) {
  const ring = SampleRing.ofRows(1000);
  for (const [key, status] of statuses) ring.setStatus(figureIndex(key), status);
  for (const [atMs, figures] of readings) {
    const row = new Float64Array(figureKeys.length).fill(Number.NaN);
    for (const [key, value] of Object.entries(figures)) row[figureIndex(key as FigureKey)] = value;
    ring.push(atMs, row);
  }
  return summarizeGpu(
    {
      index: 4,
      mig: null,
      name: "X",
      uuid: "GPU-1",
      powerLimitW: 700,
      maxSmClockMhz: null,
      ring,
      processes: new ProcessLog(),
    },
    window,
  );
}

test("takes the readings inside the window, and energy from those around it", () => {
  const summary = summaryOf(
    [
      [0, { energyJ: 1000, powerW: 100 }],
      [
        100,
        { utilizationPercent: 10, powerW: 100, temperatureC: 40, memoryUsedMib: 100, memoryTotalMib: 1000 },
      ],
      [
        200,
        {
          utilizationPercent: 30,
          powerW: 300,
          temperatureC: 50,
          memoryUsedMib: 700,
          memoryTotalMib: 1000,
          energyJ: 1040,
        },
      ],
      [300, { utilizationPercent: 20, temperatureC: 45, memoryUsedMib: 100, memoryTotalMib: 1000 }],
      [301, { utilizationPercent: 100, memoryUsedMib: 999 }],
      [400, { energyJ: 1060, powerW: 100 }],
    ],
    { fromMs: 100, toMs: 300 },
  );
  expect(summary).toMatchObject({
    index: 4,
    name: "X",
    n: 3,
    periodMs: 100,
    utilizationPercent: { mean: 20, p95: 29, max: 30 },
    powerW: { mean: 200, p95: 290, max: 300 },
    smClockMhz: null,
    temperatureMaxC: 50,
    memoryPeakMib: 700,
    memoryTotalMib: 1000,
    processes: null,
  });
  expect(summary.energy).toMatchObject({ source: "counter", coveredS: 0.2 });
  expect(summary.energy!.joules).toBeCloseTo(1050 - 1020, 9);
});

describe("throttling", () => {
  test("is a share of the readings for each reason, without those that harm nobody", () => {
    const readings = [0, 1, 4, 0x44].map((clockEvents, i): Reading => [i, { clockEvents }]);
    expect(summaryOf(readings, { fromMs: 0, toMs: 10 }).throttle).toEqual([
      { reason: "sw_power_cap", share: 0.5 },
      { reason: "hw_thermal_slowdown", share: 0.25 },
    ]);
  });

  test("is unknown where the driver does not tell, and none where it tells of none", () => {
    expect(summaryOf([[0, {}]], { fromMs: 0, toMs: 1 }).throttle).toBeNull();
    expect(summaryOf([[0, { clockEvents: 0 }]], { fromMs: 0, toMs: 1 }).throttle).toEqual([]);
  });
});

test("what was not measured is named with its reason", () => {
  const { notMeasured } = summaryOf([[0, { powerW: 1 }]], { fromMs: 0, toMs: 1 }, [
    ["energyJ", 3],
    ["pcieTxKbPerS", NOT_OFFERED],
    ["temperatureC", 15],
  ]);
  expect(notMeasured).toMatchObject({
    energyJ: "NOT_SUPPORTED",
    pcieTxKbPerS: "not read",
    temperatureC: "GPU_IS_LOST",
    smClockMhz: "no reading in this window",
  });
  expect(notMeasured).not.toHaveProperty("powerW");
});

test("a GPU without a reading in the window is still there", () => {
  expect(summaryOf([[0, { powerW: 1 }]], { fromMs: 10, toMs: 20 })).toMatchObject({
    n: 0,
    periodMs: null,
    powerW: null,
    energy: null,
    memoryPeakMib: null,
  });
});
