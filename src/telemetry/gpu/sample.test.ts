import { expect, test } from "bun:test";
import { csvLine, GPU_CSV_HEADER, parseSample } from "./sample.ts";

test("a reading becomes a line of gpu_memory.csv", () => {
  const sample = parseSample("0, 1024, 143771, 37, 123.45, 41, 1980", 12.5)!;
  expect(sample).toEqual({
    atMs: 12.5,
    index: 0,
    memoryUsedMib: 1024,
    memoryTotalMib: 143771,
    utilizationPercent: 37,
    powerW: 123.45,
    temperatureC: 41,
    smClockMhz: 1980,
  });
  expect(csvLine(sample, 1_795_314_226_090.718)).toBe("1795314226.090718,0,1024,143771,37,123.45,41,1980");
  expect(GPU_CSV_HEADER.split(",")).toHaveLength(8);
});

test("what the driver does not give is empty, never 0", () => {
  const sample = parseSample("3, 0, 81559, [N/A], [Not Supported], [Unknown Error], ERR!", 0)!;
  expect(sample).toMatchObject({
    index: 3,
    memoryUsedMib: 0,
    utilizationPercent: null,
    powerW: null,
    smClockMhz: null,
  });
  expect(csvLine(sample, 1000)).toBe("1.000000,3,0,81559,,,,");
});

test("a message is no reading", () => {
  for (const line of [
    "",
    "No devices were found",
    "a, b, c, d, e, f, g",
    "Unable to determine the device handle, GPU is lost",
  ]) {
    expect(parseSample(line, 0)).toBeNull();
  }
});
