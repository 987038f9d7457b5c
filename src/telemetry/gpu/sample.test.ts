import { expect, test } from "bun:test";
import { figureIndex, figureKeys } from "./figures.ts";
import { csvLine, GPU_CSV_HEADER, gpuLabel } from "./sample.ts";

function figures(given: Partial<Record<(typeof figureKeys)[number], number>>): Float64Array {
  const row = new Float64Array(figureKeys.length).fill(Number.NaN);
  for (const [key, value] of Object.entries(given)) row[figureIndex(key as never)] = value;
  return row;
}

test("the file begins with the columns of seed 003", () => {
  expect(GPU_CSV_HEADER).toBe(
    "timestamp,gpu_index,memory_used_mib,memory_total_mib,utilization_percent,power_w,energy_j,temperature_c,memory_temperature_c,sm_clock_mhz,memory_clock_mhz,pcie_tx_kb_per_s,pcie_rx_kb_per_s,throttle_reasons,memory_utilization_percent,power_instant_w",
  );
});

test("a reading becomes a line; what the driver does not give is empty, never 0", () => {
  const row = figures({
    memoryUsedMib: 1024,
    memoryTotalMib: 143771,
    powerW: 123.45678,
    energyJ: 12345678.901,
  });
  expect(csvLine({ index: 3, mig: null }, row, 1_795_314_226_090.718)).toBe(
    "1795314226.090718,3,1024,143771,,123.457,12345678.901,,,,,,,,,",
  );
  expect(csvLine({ index: 0, mig: 2 }, figures({ utilizationPercent: 0 }), 1000)).toBe(
    "1.000000,0:2,,,0,,,,,,,,,,,",
  );
});

test("reasons are named, and none is a word of its own", () => {
  const reasons = (mask: number) =>
    csvLine({ index: 0, mig: null }, figures({ clockEvents: mask }), 0).split(",")[13];
  expect([0, 4, 0x44].map(reasons)).toEqual(["none", "sw_power_cap", "sw_power_cap|hw_thermal_slowdown"]);
});

test("GPUs and their parts have names", () => {
  expect([gpuLabel({ index: 7, mig: null }), gpuLabel({ index: 0, mig: 4 })]).toEqual(["7", "0:4"]);
});
