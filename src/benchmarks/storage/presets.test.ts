import { expect, test } from "bun:test";
import { rngFor } from "../../core/rng.ts";
import { drawFrom } from "./distribution.ts";
import { checkPresetSize, presets } from "./presets.ts";

const unet3d = presets["unet3d-h100"].sampleBytes;
const check = (meanBytes: number, samples: number) =>
  checkPresetSize("unet3d-h100", { which: "those in /data", meanBytes, samples });

test("few samples of a wide distribution may be as far off as so few draws of it are", () => {
  expect(() => check(248e6, 3)).not.toThrow();
  expect(() => check(248e6, 4)).not.toThrow();
  expect(() => check(248e6, 28)).toThrow(
    "--preset unet3d-h100 reads samples of 147 MB, and those in /data have 248 MB in the mean",
  );
  expect(() => check(1.29 * unet3d.mean, 1e6)).not.toThrow();
  expect(() => check(1.31 * unet3d.mean, 1e6)).toThrow("in the mean");
});

test("samples as the generator draws them are taken, however few", () => {
  for (const samples of [1, 2, 3, 4, 7, 28]) {
    for (let seed = 0; seed < 200; seed++) {
      const sizes = Array.from({ length: samples }, (_, i) =>
        drawFrom(unet3d, rngFor(seed, "sample-size", i)),
      );
      expect(() => check(sizes.reduce((sum, bytes) => sum + bytes) / samples, samples)).not.toThrow();
    }
  }
});
