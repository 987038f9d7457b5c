import { expect, test } from "bun:test";
import { gpuReadings } from "./gpu-series.ts";

const header =
  "timestamp,gpu_index,memory_used_mib,memory_total_mib,utilization_percent,power_w,temperature_c,sm_clock_mhz";

test("readings are found by their columns, absent ones null", () => {
  const csv = `${header}\n1795415319.5,0,1000,81559,55,300.5,60,1980\n1795415319.6,1,,,,,,\n`;
  expect(gpuReadings(csv)).toEqual([
    { unixMs: 1795415319500, gpu: 0, utilizationPercent: 55, powerW: 300.5 },
    { unixMs: 1795415319600, gpu: 1, utilizationPercent: null, powerW: null },
  ]);
});

test("further columns do not matter, a broken last line neither", () => {
  const csv = "energy_mj,timestamp,power_w,gpu_index,utilization_percent\n7,10,250,2,99\n8,10.1,2";
  expect(gpuReadings(csv)).toEqual([{ unixMs: 10_000, gpu: 2, utilizationPercent: 99, powerW: 250 }]);
});

test("another table has none", () => {
  expect(gpuReadings("a,b\n1,2\n")).toEqual([]);
  expect(gpuReadings("")).toEqual([]);
});
