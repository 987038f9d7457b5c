import { expect, test } from "bun:test";
import { gpuSummary } from "../gpu/summary.fake.ts";
import { overSpan } from "./energy.ts";
import { gpuEnergy } from "./gpu-energy.ts";
import { groupOf, powersOf } from "./group.ts";

const span = { fromMs: 0, toMs: 10_000 };
const measured = (joules: number) => ({ joules, standardErrorJ: 3, source: "counter" });

test("devices are summed, and what they take at idle is taken off", () => {
  const group = groupOf(
    [
      { name: "GPU 0", energy: measured(3000) },
      { name: "GPU 1", energy: { ...measured(5000), standardErrorJ: 4 } },
    ],
    new Map([
      ["GPU 0", 70],
      ["GPU 1", 80],
    ]),
    10,
  );
  expect(group).toMatchObject({
    joules: 8000,
    standardErrorJ: 5,
    meanPowerW: 800,
    idlePowerW: 150,
    netJoules: 6500,
    source: "counter",
    reason: null,
  });
  expect(group.devices[0]).toMatchObject({ name: "GPU 0", idlePowerW: 70, netJoules: 2300 });
});

test("a device without a figure leaves no sum, and the others their own", () => {
  const group = groupOf(
    [
      { name: "GPU 0", energy: measured(3000) },
      { name: "GPU 1", energy: { joules: null, reason: "the driver gives no power" } },
    ],
    new Map([["GPU 0", 70]]),
    10,
  );
  expect(group).toMatchObject({
    joules: null,
    netJoules: null,
    source: null,
    reason: "GPU 1: the driver gives no power",
  });
  expect(group.devices[0]!.netJoules).toBe(2300);
  expect(groupOf([], new Map(), 10)).toMatchObject({ joules: null, reason: "nothing was read" });
});

test("without an idle baseline there is no net energy", () => {
  expect(groupOf([{ name: "GPU 0", energy: measured(3000) }], new Map(), 10)).toMatchObject({
    joules: 3000,
    idlePowerW: null,
    netJoules: null,
  });
});

test("the idle power of what has a figure", () => {
  const powers = powersOf(
    [
      { name: "GPU 0", energy: measured(140) },
      { name: "GPU 1", energy: { joules: null, reason: "no readings inside the window" } },
    ],
    2,
  );
  expect([...powers]).toEqual([["GPU 0", 70]]);
});

test("readings that cover nearly all of a window stand for the rest; fewer do not", () => {
  const found = (coveredS: number) => ({ joules: 96, coveredS, standardErrorJ: 9.6 });
  expect(overSpan(span, found(9.6), "power")).toEqual({ joules: 100, standardErrorJ: 10, source: "power" });
  expect(overSpan(span, found(9), "power")).toEqual({
    joules: null,
    reason: "readings cover 9.0 of 10.0 s",
  });
  expect(overSpan(span, null, "power")).toMatchObject({ joules: null });
});

test("a GPU's energy is what its sampler found for the window, with its source", () => {
  const found = { joules: 3000, coveredS: 10, standardErrorJ: 4, counterJoules: 3000, powerJoules: 2990 };
  const figures = gpuSummary({ index: 2, energy: { ...found, source: "counter" } });
  expect(gpuEnergy(figures, span)).toEqual({
    name: "GPU 2",
    energy: { joules: 3000, standardErrorJ: 4, source: "counter (driver)" },
  });
  const half = gpuSummary({ energy: { ...found, coveredS: 5, source: "power" } });
  expect(gpuEnergy(half, span).energy.joules).toBeNull();
  expect(gpuEnergy(gpuSummary({ notMeasured: { powerW: "NOT_SUPPORTED" } }), span).energy).toMatchObject({
    reason: "the driver gives no power: NOT_SUPPORTED",
  });
  expect(gpuEnergy(gpuSummary({ n: 0 }), span).energy).toMatchObject({
    reason: "no readings inside the window",
  });
});
