import { usageError } from "../../core/errors.ts";
import { formatBytes } from "../../core/units.ts";
import type { Layout } from "./dataset/dataset.ts";
import type { Distribution } from "./distribution.ts";

/** A workload of MLPerf Storage on one kind of accelerator. */
export interface Preset {
  /** Samples that one accelerator takes at once. */
  batch: number;
  sampleBytes: Distribution;
  computeMs: number;
  /** What share of its time the accelerator has to be busy. */
  leastAu: number;
  layout: Layout;
  samplesPerShard: number;
  /** Samples of a microbatch here: what one reader loads in one piece. */
  microbatchSize: number;
  /** Samples to make where there are none: enough to try it; a measurement wants several times the memory, or --direct. */
  sampleCount: number;
}

/*
 * Batch, record size and computation time: mlcommons/storage v2.0, storage-conf/workload; the thresholds: its rules. Its formats are npz and
 * tfrecord; what is read of them is the records' bytes, which is what is read here.
 */
const unet3d = {
  batch: 7,
  sampleBytes: { kind: "normal", mean: 146_600_628, sd: 68_341_808 },
  leastAu: 0.9,
  layout: "files",
  samplesPerShard: 1,
  microbatchSize: 1,
  sampleCount: 28,
} as const;
const resnet50 = {
  batch: 400,
  sampleBytes: { kind: "fixed", value: 114_660 },
  leastAu: 0.9,
  layout: "records",
  samplesPerShard: 1251,
  microbatchSize: 50,
  sampleCount: 5004,
} as const;
const cosmoflow = {
  batch: 1,
  sampleBytes: { kind: "normal", mean: 2_828_486, sd: 71_311 },
  leastAu: 0.7,
  layout: "files",
  samplesPerShard: 1,
  microbatchSize: 1,
  sampleCount: 512,
} as const;

export const presets = {
  "unet3d-h100": { ...unet3d, computeMs: 323 },
  "unet3d-a100": { ...unet3d, computeMs: 636 },
  "resnet50-h100": { ...resnet50, computeMs: 224 },
  "resnet50-a100": { ...resnet50, computeMs: 435 },
  "cosmoflow-h100": { ...cosmoflow, computeMs: 3.5 },
  "cosmoflow-a100": { ...cosmoflow, computeMs: 5.51 },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];

/** How far the mean size of many samples may be from the preset's. */
const SIZE_TOLERANCE = 0.3;
/** Standard errors of the mean: draws of the preset's own distribution are further off once in 16,000 times. */
const MOST_ERRORS = 4;

/**
 * @param samples `which` names them in the error's text; of few, the mean may be as far off as so few draws of the preset's sizes are
 * @throws ToolError USAGE where the samples are not of the size that the workload reads
 */
export function checkPresetSize(
  name: PresetName,
  { which, meanBytes, samples }: { which: string; meanBytes: number; samples: number },
): void {
  const { sampleBytes } = presets[name];
  const [wanted, sd] =
    sampleBytes.kind === "fixed" ? [sampleBytes.value, 0] : [sampleBytes.mean, sampleBytes.sd];
  const tolerance = Math.max(SIZE_TOLERANCE, (MOST_ERRORS * sd) / wanted / Math.sqrt(samples));
  if (Math.abs(meanBytes / wanted - 1) <= tolerance) return;
  throw usageError(
    `--preset ${name} reads samples of ${formatBytes(wanted)}, and ${which} have ${formatBytes(meanBytes)} in the mean`,
    "Name another --data-root, and leave --sample-size-kb out: where it is empty, samples of the right size are made.",
  );
}
