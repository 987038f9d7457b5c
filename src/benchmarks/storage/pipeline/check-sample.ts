import { crc32 } from "node:zlib";
import { ToolError } from "../../../core/errors.ts";
import { memoryAt } from "../../../native/file-io.ts";
import type { Dataset } from "../dataset/dataset.ts";

/** Compares a sample in memory with its checksum. @throws ToolError DATA_DIFFERS */
export function checkSample(dataset: Dataset, sample: number, address: number): void {
  const sum = crc32(memoryAt(address, dataset.bytes[sample]!)) >>> 0;
  if (sum === dataset.checksums![sample]) return;
  throw new ToolError(
    "DATA_DIFFERS",
    `sample ${sample} of ${dataset.files[dataset.fileOf[sample]!]} is not what was written (its CRC-32 differs)`,
    { hint: "The samples were changed, or the storage gave other bytes." },
  );
}
