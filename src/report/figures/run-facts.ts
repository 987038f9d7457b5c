import { formatBytes } from "../../core/units.ts";
import type { SavedEnvironment } from "./saved-environment.ts";

/* What the table under a figure says of any run. */

interface Began {
  startedAt: string | null;
  version: string | null;
}

export function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(" · ");
}

/** `2026-11-23 06:28:38 UTC`; another tool's date that names no instant as it is. */
export function dateOf(metadata: Began | null): string {
  const text = metadata?.startedAt ?? "";
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export function versionOf(metadata: Began | null): string {
  return metadata?.version ? `inferbench ${metadata.version}` : "";
}

export function machineOf(environment: SavedEnvironment | null): string {
  if (environment === null) return "";
  const { host, cpu, memory, cloud } = environment;
  const instance =
    cloud === null
      ? null
      : `${cloud.instanceType} (${[cloud.provider, cloud.zone].filter((part) => part !== null).join(", ")})`;
  const cores = cpu?.logicalCount ? `${cpu.logicalCount} × ${cpu.model ?? "CPU"}` : null;
  const size = memory?.totalBytes ? formatBytes(memory.totalBytes) : null;
  return joined([instance, cores, size, host?.os ?? null, host?.kernel ? `Linux ${host.kernel}` : null]);
}

/** `8 × NVIDIA H100 80GB HBM3, driver 550.90.07, CUDA 12.4` */
export function gpusOf(environment: SavedEnvironment | null): string {
  const gpus = environment?.gpus;
  if (!gpus) return "";
  const counts = new Map<string, number>();
  for (const { name } of gpus.devices) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => `${count} × ${name}`);
  const driver = gpus.driverVersion === null ? [] : [`driver ${gpus.driverVersion}`];
  const cuda = gpus.cudaVersion === null ? [] : [`CUDA ${gpus.cudaVersion}`];
  return [...names, ...driver, ...cuda].join(", ");
}
