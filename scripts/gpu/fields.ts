import type { Snapshot } from "../../src/native/nvml/snapshot.ts";
import { isKnown, mapValue, type Value } from "../../src/native/nvml/values.ts";
import { type SmiGpu, textOf } from "./smi-xml.ts";

/** A figure of ours beside nvidia-smi's. */
export interface Comparison {
  name: string;
  ours: string;
  before: string;
  after: string;
  agrees: boolean;
}

interface Field {
  name: string;
  ours(snapshot: Snapshot): Value<string | number>;
  /** Where nvidia-smi has it, newest name first. */
  paths: readonly string[];
  /** For numbers: how far beyond nvidia-smi's readings before and after ours may lie. */
  slack?: number;
}

const mib = (bytes: Value) => mapValue(bytes, (value) => value / 1024 ** 2);
const POWER = ["gpu_power_readings", "power_readings"];
const GEN = "pci/pci_gpu_link_info/pcie_gen";
const WIDTH = "pci/pci_gpu_link_info/link_widths";

/** Figures that move between two looks have the slack that a second of work can make. */
const FIELDS: readonly Field[] = [
  { name: "name", ours: (s) => s.name, paths: ["product_name"] },
  { name: "uuid", ours: (s) => s.uuid, paths: ["uuid"] },
  { name: "pci bus id", ours: (s) => s.pciBusId, paths: ["pci/pci_bus_id"] },
  { name: "architecture", ours: (s) => s.architecture, paths: ["product_architecture"] },
  { name: "performance state", ours: (s) => s.performanceState, paths: ["performance_state"] },
  { name: "compute mode", ours: (s) => s.computeMode, paths: ["compute_mode"] },
  { name: "memory total", ours: (s) => mib(s.memory.totalBytes), paths: ["fb_memory_usage/total"], slack: 1 },
  {
    name: "memory reserved",
    ours: (s) => mib(s.memory.reservedBytes),
    paths: ["fb_memory_usage/reserved"],
    slack: 2,
  },
  { name: "memory used", ours: (s) => mib(s.memory.usedBytes), paths: ["fb_memory_usage/used"], slack: 600 },
  { name: "memory free", ours: (s) => mib(s.memory.freeBytes), paths: ["fb_memory_usage/free"], slack: 600 },
  { name: "utilisation", ours: (s) => s.utilization.gpuPercent, paths: ["utilization/gpu_util"], slack: 100 },
  {
    name: "memory utilisation",
    ours: (s) => s.utilization.memoryPercent,
    paths: ["utilization/memory_util"],
    slack: 100,
  },
  {
    name: "power draw",
    ours: (s) => s.power.drawW,
    paths: POWER.flatMap((group) => [`${group}/average_power_draw`, `${group}/power_draw`]),
    slack: 25,
  },
  {
    name: "power instant",
    ours: (s) => s.power.instantW,
    paths: ["gpu_power_readings/instant_power_draw"],
    slack: 100,
  },
  {
    name: "power limit",
    ours: (s) => s.power.limitW,
    paths: POWER.flatMap((group) => [`${group}/enforced_power_limit`, `${group}/current_power_limit`]),
    slack: 0.01,
  },
  { name: "temperature", ours: (s) => s.thermal.gpuC, paths: ["temperature/gpu_temp"], slack: 2 },
  {
    name: "memory temperature",
    ours: (s) => s.thermal.memoryC,
    paths: ["temperature/memory_temp"],
    slack: 2,
  },
  { name: "fan", ours: (s) => s.thermal.fanPercent, paths: ["fan_speed"], slack: 5 },
  { name: "SM clock", ours: (s) => s.clocks.smMhz, paths: ["clocks/sm_clock"], slack: 300 },
  { name: "memory clock", ours: (s) => s.clocks.memoryMhz, paths: ["clocks/mem_clock"], slack: 1 },
  { name: "SM clock, most", ours: (s) => s.clocks.maxSmMhz, paths: ["max_clocks/sm_clock"], slack: 0 },
  {
    name: "memory clock, most",
    ours: (s) => s.clocks.maxMemoryMhz,
    paths: ["max_clocks/mem_clock"],
    slack: 0,
  },
  { name: "PCIe generation", ours: (s) => s.pcie.generation, paths: [`${GEN}/current_link_gen`], slack: 0 },
  {
    name: "PCIe generation, most",
    ours: (s) => s.pcie.maxGeneration,
    paths: [`${GEN}/max_link_gen`],
    slack: 0,
  },
  { name: "PCIe width", ours: (s) => s.pcie.width, paths: [`${WIDTH}/current_link_width`], slack: 0 },
  { name: "PCIe width, most", ours: (s) => s.pcie.maxWidth, paths: [`${WIDTH}/max_link_width`], slack: 0 },
  { name: "PCIe out", ours: (s) => s.pcie.txKbPerS, paths: ["pci/tx_util"], slack: 1e9 },
  { name: "PCIe in", ours: (s) => s.pcie.rxKbPerS, paths: ["pci/rx_util"], slack: 1e9 },
  { name: "ECC", ours: (s) => mapValue(s.ecc.enabled, onOff), paths: ["ecc_mode/current_ecc"] },
  { name: "MIG", ours: (s) => mapValue(s.mig.enabled, onOff), paths: ["mig_mode/current_mig"] },
];

const onOff = (value: boolean) => (value ? "enabled" : "disabled");

/** Every figure of a GPU, as it is here and as nvidia-smi has it before and after. */
export function compare(snapshot: Snapshot, before: SmiGpu, after: SmiGpu): Comparison[] {
  const fields = FIELDS.map(({ name, ours, paths, slack }): Comparison => {
    const value = ours(snapshot);
    const [first, second] = [textOf(before, paths), textOf(after, paths)];
    return {
      name,
      ours: isKnown(value) ? String(value) : JSON.stringify(value),
      before: first ?? "-",
      after: second ?? "-",
      agrees: slack === undefined ? sameText(value, first, second) : sameNumber(value, first, second, slack),
    };
  });
  return [
    ...fields,
    eccCounts(snapshot, before, after),
    events(snapshot, before, after),
    pids(snapshot, before, after),
  ];
}

function sameText(value: Value<string | number>, first: string | null, second: string | null): boolean {
  if (!isKnown(value)) return first === null || second === null;
  // `Exclusive_Process` is `exclusive-process` here, and `Ada Lovelace` is `Ada`.
  const plain = (text: string) => text.toLowerCase().replaceAll("_", "-");
  return [first, second].some((text) => text !== null && plain(text).startsWith(plain(String(value))));
}

function sameNumber(
  value: Value<string | number>,
  first: string | null,
  second: string | null,
  slack: number,
): boolean {
  if (!isKnown(value)) return first === null || second === null;
  const numbers = [first, second].filter((text) => text !== null).map(Number.parseFloat);
  if (numbers.length === 0) return false;
  return Number(value) >= Math.min(...numbers) - slack && Number(value) <= Math.max(...numbers) + slack;
}

/** Sets that change: ours holds what both looks have, and nothing that neither has. */
function sameSet(
  name: string,
  ours: readonly string[] | null,
  before: string[],
  after: string[],
): Comparison {
  const both = before.filter((item) => after.includes(item));
  const agrees =
    ours !== null &&
    both.every((item) => ours.includes(item)) &&
    ours.every((item) => before.includes(item) || after.includes(item));
  const shown = (items: readonly string[]) => [...items].sort().join(" ") || "none";
  return {
    name,
    ours: ours === null ? "?" : shown(ours),
    before: shown(before),
    after: shown(after),
    agrees,
  };
}

function events({ clocks }: Snapshot, before: SmiGpu, after: SmiGpu): Comparison {
  const active = (gpu: SmiGpu) =>
    [...gpu].flatMap(([path, [text]]) => {
      const name = /^clocks_(?:event|throttle)_reasons\/clocks_(?:event|throttle)_reason_(\w+)$/.exec(
        path,
      )?.[1];
      return name !== undefined && text === "Active" ? [name] : [];
    });
  return sameSet(
    "clock events",
    isKnown(clocks.events) ? clocks.events : null,
    active(before),
    active(after),
  );
}

function pids({ processes }: Snapshot, before: SmiGpu, after: SmiGpu): Comparison {
  const listed = (gpu: SmiGpu) => [...new Set(gpu.get("processes/process_info/pid") ?? [])];
  const ours = isKnown(processes) ? [...new Set(processes.map(({ pid }) => String(pid)))] : null;
  return sameSet("processes", ours, listed(before), listed(after));
}

/** nvidia-smi splits what NVML gives as a sum. */
function eccCounts({ ecc }: Snapshot, before: SmiGpu, after: SmiGpu): Comparison {
  const sum = (gpu: SmiGpu, kind: RegExp) => {
    const texts = [...gpu].flatMap(([path, texts]) => (kind.test(path) ? texts : []));
    const numbers = texts.map(Number).filter(Number.isFinite);
    return numbers.length === 0 ? "-" : String(numbers.reduce((a, b) => a + b, 0));
  };
  const both = (gpu: SmiGpu) =>
    `${sum(gpu, /^ecc_errors\/volatile\/\w*(?<!un)correctable/)} ${sum(gpu, /^ecc_errors\/volatile\/\w*uncorrectable/)}`;
  const shown = (value: Value) => (isKnown(value) ? String(value) : "-");
  const ours = `${shown(ecc.volatileCorrected)} ${shown(ecc.volatileUncorrected)}`;
  const [first, second] = [both(before), both(after)];
  return {
    name: "ECC errors",
    ours,
    before: first,
    after: second,
    agrees: ours === first || ours === second,
  };
}
