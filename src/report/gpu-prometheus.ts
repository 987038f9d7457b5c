import { clockEventNames } from "../native/nvml/clock-events.ts";
import type { GpuSample } from "../telemetry/gpu/sample.ts";
import { gpuLabel } from "../telemetry/gpu/sample.ts";

/** A GPU's latest figures, and what it is called. */
export interface ScrapedGpu {
  sample: GpuSample;
  gpu: { name: string | null; uuid: string | null };
}

interface Metric {
  name: string;
  help: string;
  type: "gauge" | "counter";
  /** In the metric's unit; null: this GPU has none, and no line. */
  value(sample: GpuSample): number | null;
}

const MIB = 1024 ** 2;

const scaled = (value: number | null, factor: number) => (value === null ? null : value * factor);

/** In Prometheus' base units where the driver's unit is beyond doubt. */
const METRICS: readonly Metric[] = [
  gauge("memory_used_bytes", "Device memory in use", (s) => scaled(s.memoryUsedMib, MIB)),
  gauge("memory_total_bytes", "Device memory", (s) => scaled(s.memoryTotalMib, MIB)),
  gauge("utilization_ratio", "Share of time in which a kernel ran", (s) =>
    scaled(s.utilizationPercent, 0.01),
  ),
  gauge("memory_utilization_ratio", "Share of time in which memory was read or written", (s) =>
    scaled(s.memoryUtilizationPercent, 0.01),
  ),
  gauge("power_watts", "Power as nvidia-smi shows it, a mean over 1 s on most GPUs", (s) => s.powerW),
  gauge("power_instant_watts", "Power at this moment", (s) => s.powerInstantW),
  {
    name: "inferbench_gpu_energy_joules_total",
    help: "Energy since the driver was loaded",
    type: "counter",
    value: (s) => s.energyJ,
  },
  gauge("temperature_celsius", "Temperature of the GPU", (s) => s.temperatureC),
  gauge("memory_temperature_celsius", "Temperature of the memory", (s) => s.memoryTemperatureC),
  gauge("sm_clock_hertz", "Clock of the multiprocessors", (s) => scaled(s.smClockMhz, 1e6)),
  gauge("memory_clock_hertz", "Clock of the memory", (s) => scaled(s.memoryClockMhz, 1e6)),
  gauge("pcie_transmit_kilobytes_per_second", "From the GPU over PCIe, in NVML's KB", (s) => s.pcieTxKbPerS),
  gauge("pcie_receive_kilobytes_per_second", "To the GPU over PCIe, in NVML's KB", (s) => s.pcieRxKbPerS),
];

/** The latest figures in Prometheus' text format; a figure that a GPU does not have gives no line. */
export function prometheusText(gpus: readonly ScrapedGpu[]): string {
  const lines = METRICS.flatMap((metric) => {
    const samples = gpus.flatMap((gpu) => {
      const value = metric.value(gpu.sample);
      return value === null ? [] : [`${metric.name}{${labels(gpu)}} ${value}`];
    });
    return samples.length === 0 ? [] : [...head(metric), ...samples];
  });
  const events = gpus.flatMap((gpu) =>
    clockEventNames(gpu.sample.clockEvents ?? 0).map(
      (reason) => `inferbench_gpu_clock_event{${labels(gpu)},reason="${reason}"} 1`,
    ),
  );
  const name = "inferbench_gpu_clock_event";
  const help = "Reasons in force for which clocks are lower than they could be";
  if (events.length > 0) lines.push(...head({ name, help, type: "gauge" }), ...events);
  return `${lines.join("\n")}\n`;
}

function gauge(name: string, help: string, value: Metric["value"]): Metric {
  return { name: `inferbench_gpu_${name}`, help, type: "gauge", value };
}

function head({ name, help, type }: Pick<Metric, "name" | "help" | "type">): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function labels({ sample, gpu }: ScrapedGpu): string {
  const pairs = { gpu: gpuLabel(sample), uuid: gpu.uuid ?? "", name: gpu.name ?? "" };
  return Object.entries(pairs)
    .map(([key, value]) => `${key}="${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`)
    .join(",");
}
