import { type Dataset, totalBytes } from "../../benchmarks/storage/dataset/dataset.ts";
import { type Distribution, meanOf } from "../../benchmarks/storage/distribution.ts";
import { checkPresetSize, type PresetName, presets } from "../../benchmarks/storage/presets.ts";
import { usageError } from "../../core/errors.ts";
import type { StorageResolved, StorageValues } from "./config.ts";
import type { DataSource } from "./data.ts";

/** The values with a preset's in the place of defaults; what was asked for by name stays. @throws ToolError USAGE */
export function withPreset({ values, sources }: StorageResolved): StorageValues {
  if (values.preset === undefined) {
    if (values.findAccelerators) {
      throw usageError(
        "--find-accelerators needs a --preset",
        "It says what one accelerator asks for, such as resnet50-h100.",
      );
    }
    return values;
  }
  if (values.findAccelerators) checkSearch(values, sources);
  const preset = presetValues(values.preset);
  const isOpen = (key: string) => (sources.get(key) ?? "default") === "default";
  return { ...values, ...Object.fromEntries(Object.entries(preset).filter(([key]) => isOpen(key))) };
}

/** Before any are made. @throws ToolError USAGE for samples of a size that the preset does not read */
export function checkPresetToMake({ preset }: StorageValues, source: DataSource): void {
  if (preset === undefined || source.kind !== "make") return;
  const { root, options } = source;
  const meanBytes = meanOf(options.sampleBytes);
  checkPresetSize(preset, {
    which: `those to be made in ${root}`,
    meanBytes,
    samples: Number.POSITIVE_INFINITY,
  });
}

/** @throws ToolError USAGE for samples of a size that the preset does not read */
export function checkPresetSamples({ preset }: StorageValues, dataset: Dataset): void {
  if (preset === undefined) return;
  const samples = dataset.fileOf.length;
  checkPresetSize(preset, {
    which: `those in ${dataset.root}`,
    meanBytes: totalBytes(dataset) / samples,
    samples,
  });
}

function presetValues(name: PresetName): Partial<StorageValues> {
  const { batch, sampleBytes, computeMs, layout, samplesPerShard, microbatchSize, sampleCount } =
    presets[name];
  return {
    gbs: batch,
    mbs: microbatchSize,
    computeMs: { kind: "fixed", value: computeMs },
    dataRoot: `./data/${name.split("-", 1)[0]}`,
    layout,
    sampleCount,
    sampleSizeKb: inKib(sampleBytes),
    ...(layout === "files" ? {} : { samplesPerShard }),
  };
}

function inKib(of: Distribution): Distribution {
  if (of.kind === "fixed") return { kind: of.kind, value: of.value / 1024 };
  if (of.kind === "normal") return { kind: of.kind, mean: of.mean / 1024, sd: of.sd / 1024 };
  throw new Error(`no preset has ${of.kind} sizes`);
}

function checkSearch(values: StorageValues, sources: StorageResolved["sources"]): void {
  for (const key of ["gbs", "computeMs"]) {
    if ((sources.get(key) ?? "default") !== "default") {
      const flag = key === "gbs" ? "--gbs" : "--compute-ms";
      throw usageError(`--find-accelerators and ${flag}: what an accelerator asks for is the preset's`);
    }
  }
  if (values.cache === "cold" && !values.direct) {
    throw usageError(
      "--find-accelerators reads the samples many times: its cache does not stay cold",
      "Read past the page cache with --direct.",
    );
  }
}
