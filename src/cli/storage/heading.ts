import { distributionText } from "../../benchmarks/storage/distribution.ts";
import type { SampleSource } from "../../benchmarks/storage/pipeline/messages.ts";
import type { StorageSettings } from "../../benchmarks/storage/plan.ts";
import { formatNumber } from "../../core/units.ts";
import { version } from "../../core/version.ts";

const REMOTE_NAMES = { s3: "S3", gs: "Google Cloud Storage", http: "HTTP" };

/** What was run, in a few lines of at most 80 columns. */
export function headingOf(settings: StorageSettings, source: SampleSource): string[] {
  const { order, sharding, globalBatchSize, microbatchSize, computeMs } = settings;
  const orderText = order.kind === "strided" ? `strided by ${order.stride}` : order.kind;
  return [
    `inferbench ${version} storage   ${source.dataset.root}`,
    `${orderText}, ${sharding} · ${readingText(source)} · seed ${settings.seed}`,
    `steps of ${formatNumber(globalBatchSize)} samples in microbatches of ${formatNumber(microbatchSize)}, compute ${distributionText(computeMs)} ms`,
  ];
}

function readingText(source: SampleSource): string {
  if (source.kind === "remote") return `${REMOTE_NAMES[source.remote.kind]} range requests`;
  const { engine, direct, blockBytes, ioDepth } = source;
  if (blockBytes === null) return engine;
  const depth = engine === "io_uring" ? ` ${formatNumber(ioDepth)} deep` : "";
  return `${engine}${depth}, ${direct ? "O_DIRECT" : "buffered"} · reads of ${formatNumber(blockBytes / 1024)} KiB`;
}
