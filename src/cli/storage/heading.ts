import { distributionText } from "../../benchmarks/storage/distribution.ts";
import type { SampleSource } from "../../benchmarks/storage/pipeline/messages.ts";
import type { StorageSettings } from "../../benchmarks/storage/plan.ts";
import type { StorageSummary } from "../../benchmarks/storage/summary-shape.ts";
import { counted, formatNumber } from "../../core/units.ts";
import { version } from "../../core/version.ts";
import { filledLines } from "../../report/filled-lines.ts";

const REMOTE_NAMES = { s3: "S3", gs: "Google Cloud Storage", http: "HTTP" };

/** What was run, in a few lines of at most 80 columns, but for a long path. */
export function headingOf(
  settings: StorageSettings,
  source: SampleSource,
  { steps, ranks }: Pick<StorageSummary, "steps" | "ranks">,
): string[] {
  const { order, sharding, globalBatchSize, microbatchSize, computeMs } = settings;
  const orderText = order.kind === "strided" ? `strided by ${order.stride}` : order.kind;
  // With several accelerators in lockstep a step has the batches of all.
  const accelerators = ranks === null ? steps.globalBatchSize / globalBatchSize : 1;
  const each =
    accelerators === 1 ? [] : [`${formatNumber(globalBatchSize)} for each of ${accelerators} accelerators`];
  return [
    `inferbench ${version} storage   ${source.dataset.root}`,
    ...filledLines([`${orderText}, ${sharding}`, ...readingTexts(source), `seed ${settings.seed}`], " · "),
    ...filledLines(
      [
        `steps of ${counted(steps.globalBatchSize, "sample")} in microbatches of ${formatNumber(microbatchSize)}`,
        ...each,
        `compute ${distributionText(computeMs)} ms`,
      ],
      ", ",
    ),
  ];
}

function readingTexts(source: SampleSource): string[] {
  if (source.kind === "remote") return [`${REMOTE_NAMES[source.remote.kind]} range requests`];
  const { engine, direct, blockBytes, ioDepth } = source;
  if (blockBytes === null) return [engine];
  const depth = engine === "io_uring" ? ` ${formatNumber(ioDepth)} deep` : "";
  return [
    `${engine}${depth}, ${direct ? "O_DIRECT" : "buffered"}`,
    `reads of ${formatNumber(blockBytes / 1024)} KiB`,
  ];
}
