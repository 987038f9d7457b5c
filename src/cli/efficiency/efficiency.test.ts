import { expect, test } from "bun:test";
import { ToolError } from "../../core/errors.ts";
import { valuesOf } from "../serving/values.fake.ts";
import { efficiencyOf } from "./efficiency.ts";

const of = (...argv: string[]) => efficiencyOf(valuesOf("--endpoint", "http://h/v1/completions", ...argv));

test("nothing unless it is asked for", () => {
  expect(of()).toEqual({ energy: null, hostWatts: null, gridGramsPerKwh: null, price: null });
});

test("energy with the GPU monitor, which waits for the idle power first", () => {
  expect(of("--gpu-monitor").energy).toEqual({ idleMs: 2000 });
  expect(of("--gpu-monitor", "--idle-baseline", "5").energy).toEqual({ idleMs: 5000 });
  expect(of("--gpu-monitor", "--idle-baseline", "0").energy).toEqual({ idleMs: 0 });
  expect(of("--gpu-monitor=off").energy).toBeNull();
  expect(of("--host-watts", "900")).toMatchObject({ energy: { idleMs: 0 }, hostWatts: 900 });
});

test("a price, under either name, or out of the sheet", () => {
  expect(of("--price-per-hour", "2.5").price).toMatchObject({ usdPerHour: 2.5, source: "--price-per-hour" });
  expect(of("--machine-cost", "2.5").price?.usdPerHour).toBe(2.5);
  expect(of("--price", "gce:a3-highgpu-1g").price).toMatchObject({
    usdPerHour: 10.9791,
    region: "us-central1",
  });
});

test.each([
  [["--idle-baseline", "2s"], "--idle-baseline has no effect without --gpu-monitor"],
  [["--gpu-monitor=off", "--idle-baseline", "2s"], "--idle-baseline has no effect"],
  [["--grid-intensity", "380"], "--grid-intensity has no energy"],
  [["--price", "gce:a3-highgpu-1g", "--price-per-hour", "1"], "both give a price"],
  [["--price-sheet", "mine.yaml"], "--price-sheet has no effect"],
  [["--price", "gce:nothing-of-the-kind"], "no price for"],
  [["--price", "a", "--price-sheet", "/nowhere.yaml"], "cannot read --price-sheet"],
] as [string[], string][])("%j is wrong usage", (argv, message) => {
  expect(() => of(...argv)).toThrow(ToolError);
  expect(() => of(...argv)).toThrow(message);
});
