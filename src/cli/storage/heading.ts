import type { Dataset } from "../../benchmarks/storage/dataset/dataset.ts";
import { distributionText } from "../../benchmarks/storage/distribution.ts";
import type { StorageSettings } from "../../benchmarks/storage/plan.ts";
import { formatNumber } from "../../core/units.ts";
import { version } from "../../core/version.ts";

/** What was run, in a few lines of at most 80 columns. */
export function headingOf(settings: StorageSettings, dataset: Dataset): string[] {
  const { order, sharding, engine, direct, blockBytes, globalBatchSize, microbatchSize, computeMs } =
    settings;
  const orderText = order.kind === "strided" ? `strided by ${order.stride}` : order.kind;
  const cached = engine === "mmap" ? "" : direct ? ", O_DIRECT" : ", buffered";
  const block = engine === "mmap" ? "" : ` · reads of ${formatNumber(blockBytes / 1024)} KiB`;
  return [
    `inferbench ${version} storage   ${dataset.root}`,
    `${orderText}, ${sharding} · ${engine}${cached}${block} · seed ${settings.seed}`,
    `steps of ${formatNumber(globalBatchSize)} samples in microbatches of ${formatNumber(microbatchSize)}, compute ${distributionText(computeMs)} ms`,
  ];
}
