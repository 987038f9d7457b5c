import { expect, test } from "bun:test";
import { figureIndex } from "./figures.ts";
import { NOT_OFFERED } from "./ring.ts";
import { parseSmiLine, SMI_FIELDS } from "./smi-line.ts";

test("asks only for what every driver knows", () => {
  expect(SMI_FIELDS.join(",")).toBe(
    "index,uuid,memory.used,memory.total,utilization.gpu,power.draw,temperature.gpu,clocks.sm,clocks.mem,utilization.memory",
  );
});

test("reads a line, and why a figure is missing", () => {
  const reading = parseSmiLine(
    "2, GPU-1b, 1024, 143771, 37, 123.45, [N/A], 1980, [Not Supported], [GPU is lost]",
  )!;
  const value = (key: Parameters<typeof figureIndex>[0]) => reading.figures[figureIndex(key)]!;
  const status = (key: Parameters<typeof figureIndex>[0]) => reading.statuses[figureIndex(key)]!;
  expect([reading.index, reading.uuid, value("memoryUsedMib"), value("powerW")]).toEqual([
    2,
    "GPU-1b",
    1024,
    123.45,
  ]);
  expect([value("temperatureC"), value("energyJ")]).toEqual([Number.NaN, Number.NaN]);
  expect([
    status("powerW"),
    status("temperatureC"),
    status("memoryUtilizationPercent"),
    status("energyJ"),
  ]).toEqual([0, 3, 15, NOT_OFFERED]);
});

test("a message is no reading", () => {
  const messages = [
    "",
    "No devices were found",
    "a, b, c, d, e, f, g, h, i, j",
    "Unable to determine the device handle",
  ];
  expect(messages.map(parseSmiLine)).toEqual([null, null, null, null]);
});
