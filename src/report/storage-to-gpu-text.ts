import type { StorageSummary } from "../benchmarks/storage/summary-shape.ts";
import { formatBytes, formatNumber } from "../core/units.ts";
import { measured } from "./numbers.ts";

/** Copying to GPUs in 80 columns; no lines where nothing was copied. */
export function toGpuLines({ toGpu }: Pick<StorageSummary, "toGpu">): string[] {
  if (toGpu === null) return [];
  const { devices, bytes, bytesPerS, loadShare, setup, verified } = toGpu;
  const [first] = devices;
  const who =
    devices.length === 1 ? `${first!.name} at ${first!.pciBusId}` : `${formatNumber(devices.length)} GPUs`;
  const rate = bytesPerS === null ? "" : ` at ${formatBytes(bytesPerS)}/s`;
  const share = loadShare === null ? "" : ` · ${(100 * loadShare).toFixed(1)} % of loading`;
  const check = verified ? " · read back" : "";
  return [
    `To GPU      ${who}, CUDA ${toGpu.cudaVersion}`,
    `            ${formatBytes(bytes)} copied${rate}${share}${check}`,
    `GPU set-up  context ${measured(setup.contextMs)} ms, outside of the times`,
    `            pinning ${formatBytes(setup.pinnedBytes)}: ${measured(setup.pinMs)} ms · device memory ${formatBytes(setup.deviceBytes)}: ${measured(setup.allocateMs)} ms`,
  ];
}
