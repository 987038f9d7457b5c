import { formatNumber } from "../core/units.ts";
import type { Snapshot } from "../native/nvml/snapshot.ts";
import type { NvmlVersions } from "../native/nvml/system.ts";
import { isFailure, isKnown, type Value } from "../native/nvml/values.ts";
import { type GpuRow, rowOfSnapshot } from "./gpu-row.ts";
import { textTable } from "./text-table.ts";

/** `driver 570.86.15 · NVML 12.570.86.15 · CUDA 12.8`. */
export function versionsLine({ driver, nvml, cuda }: NvmlVersions): string {
  return `driver ${shown(driver)} · NVML ${shown(nvml)} · CUDA ${shown(cuda)}`;
}

/** The machine's GPUs at a glance: a row each, then what else there is to know of each. */
export function gpuTable(versions: NvmlVersions, snapshots: readonly Snapshot[]): string {
  return [
    versionsLine(versions),
    "",
    ...rowsTable(snapshots.map(rowOfSnapshot)),
    ...snapshots.flatMap((snapshot) => ["", ...details(snapshot)]),
  ].join("\n");
}

/** A row a GPU, in 80 columns for names of up to 20 characters. */
export function rowsTable(rows: readonly GpuRow[]): string[] {
  const head = ["GPU", "memory, MiB", "GPU %", "mem %", "power, W", "°C", "SM, MHz"];
  const of = (value: number | null, most: number | null) =>
    most === null ? whole(value) : `${whole(value)}/${whole(most)}`;
  return textTable([
    head,
    ...rows.map((row) => [
      `${row.label} ${shortName(row.name)}`,
      of(row.memoryUsedMib, row.memoryTotalMib),
      whole(row.utilizationPercent),
      whole(row.memoryUtilizationPercent),
      of(row.powerW, row.powerLimitW),
      of(row.temperatureC, row.memoryTemperatureC),
      of(row.smClockMhz, row.maxSmClockMhz),
    ]),
  ]);
}

/** The maker says nothing new. */
export function shortName(name: string | null): string {
  return name === null ? "-" : name.replace(/^NVIDIA /, "");
}

function whole(value: number | null): string {
  return value === null ? "-" : formatNumber(value);
}

function details(snapshot: Snapshot): string[] {
  const { index, uuid, pciBusId, architecture, performanceState, computeMode, clocks } = snapshot;
  const lines = [
    `${index}: ${shown(uuid)} · ${shown(pciBusId)}`,
    `${shown(architecture)} · ${shown(performanceState)} · compute mode ${shown(computeMode)} · ${eventsText(clocks.events)}`,
    `${pcieText(snapshot)} · ${nvlinkText(snapshot)}`,
    `${eccText(snapshot)} · fan ${shown(snapshot.thermal.fanPercent, " %")} · ${processesText(snapshot)}`,
    ...migLines(snapshot),
    ...processLines(snapshot),
  ];
  const indent = " ".repeat(`${index}: `.length);
  return lines.map((line, i) => (i === 0 ? line : indent + line));
}

function eventsText(events: Value<string[]>): string {
  if (!isKnown(events)) return `clocks held back: ${shown(events)}`;
  return events.length === 0 ? "nothing holds its clocks back" : `clocks: ${events.join(", ")}`;
}

function pcieText({ pcie }: Snapshot): string {
  const link = (generation: Value, width: Value) => `gen ${shown(generation)} x${shown(width)}`;
  const most = link(pcie.maxGeneration, pcie.maxWidth);
  return `PCIe ${link(pcie.generation, pcie.width)} of ${most}, ${shown(pcie.txKbPerS)} KB/s out, ${shown(pcie.rxKbPerS)} in`;
}

function nvlinkText({ nvlink }: Snapshot): string {
  if (!isKnown(nvlink)) return nvlink === "unsupported" ? "no NVLink" : `NVLink: ${shown(nvlink)}`;
  return `NVLink ${shown(nvlink.version)}: ${nvlink.active} of ${nvlink.links} up`;
}

function eccText({ ecc }: Snapshot): string {
  if (ecc.enabled !== true) return ecc.enabled === false ? "ECC off" : "no ECC";
  return `ECC: ${shown(ecc.volatileCorrected)} corrected, ${shown(ecc.volatileUncorrected)} not`;
}

function processesText({ processes }: Snapshot): string {
  if (!isKnown(processes)) return `processes: ${shown(processes)}`;
  return processes.length === 1 ? "1 process" : `${processes.length} processes`;
}

function migLines({ mig }: Snapshot): string[] {
  return mig.devices.map(({ index, uuid, memory }) => {
    const [used, total] = [memory.usedBytes, memory.totalBytes].map(mib);
    return `MIG ${index}: ${shown(uuid)} · ${used} of ${total} MiB`;
  });
}

function processLines({ processes }: Snapshot): string[] {
  if (!isKnown(processes)) return [];
  return processes.map(({ pid, kind, usedBytes }) => `process ${pid} (${kind}): ${mib(usedBytes)} MiB`);
}

function mib(bytes: Value): string {
  return isKnown(bytes) ? formatNumber(bytes / 1024 ** 2) : shown(bytes);
}

/** A value; `-` where this GPU has none, NVML's error where asking failed. */
function shown(value: Value<string | number>, unit = ""): string {
  if (isFailure(value)) return value.error;
  return isKnown(value) ? `${value}${unit}` : "-";
}
