import { describe, expect, test } from "bun:test";
import type { Snapshot } from "../native/nvml/snapshot.ts";
import type { NvmlVersions } from "../native/nvml/system.ts";
import { figureKeys } from "../telemetry/gpu/figures.ts";
import type { GpuSample } from "../telemetry/gpu/sample.ts";
import { gpuFigures, gpuSummary } from "../telemetry/gpu/summary.fake.ts";
import { gpuLines } from "./gpu-lines.ts";
import { prometheusText } from "./gpu-prometheus.ts";
import { recordingText } from "./gpu-recording.ts";
import { gpuTable } from "./gpu-table.ts";
import { watchFrame, watchLine } from "./gpu-watch.ts";
import { bar, sparkline } from "./sparkline.ts";

const versions: NvmlVersions = { driver: "570.86.15", nvml: "12.570.86.15", cuda: "12.8" };
const LOST = { error: "GPU_IS_LOST", code: 15 };
const widest = (text: string) => Math.max(...text.split("\n").map((line) => Bun.stringWidth(line)));

const snapshot: Snapshot = {
  index: 0,
  name: "NVIDIA H100 80GB HBM3",
  uuid: "GPU-1b0c0000-0000-4000-8000-000000000000",
  pciBusId: "00000000:04:00.0",
  architecture: "Hopper",
  performanceState: "P0",
  computeMode: "default",
  memory: { totalBytes: 85520809984, usedBytes: 1073741824, freeBytes: 1, reservedBytes: "unsupported" },
  utilization: { gpuPercent: 37, memoryPercent: 21 },
  power: { drawW: 300.5, instantW: 310, limitW: 700, energyJ: 5000 },
  thermal: { gpuC: 41, memoryC: "unsupported", fanPercent: "unsupported" },
  clocks: { smMhz: 1980, memoryMhz: 2619, maxSmMhz: 1980, maxMemoryMhz: 2619, events: ["sw_power_cap"] },
  pcie: { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16, txKbPerS: 1500, rxKbPerS: 2500 },
  nvlink: { active: 16, links: 18, version: 4, speedMbPerS: 26562 },
  ecc: {
    enabled: true,
    volatileCorrected: 3,
    volatileUncorrected: 0,
    aggregateCorrected: 3,
    aggregateUncorrected: 0,
  },
  mig: { enabled: false, devices: [] },
  processes: [{ pid: 4242, kind: "compute", usedBytes: 1073741824 }],
};

describe("the table of GPUs", () => {
  test("has a row a GPU, then what else there is", () => {
    const text = gpuTable(versions, [snapshot]);
    expect(text).toContain("0 H100 80GB HBM3  1,024/81,559     37     21   301/700  41  1,980/1,980");
    expect(text).toContain("Hopper · P0 · compute mode default · clocks: sw_power_cap");
    expect(text).toContain("NVLink 4: 16 of 18 up");
    expect(text).toContain("process 4242 (compute): 1,024 MiB");
    expect(widest(text)).toBeLessThanOrEqual(80);
  });

  test("shows a dash where there is no figure, and the error where asking failed", () => {
    const poor: Snapshot = {
      ...snapshot,
      memory: { totalBytes: LOST, usedBytes: LOST, freeBytes: LOST, reservedBytes: LOST },
      utilization: { gpuPercent: "unsupported", memoryPercent: "unsupported" },
      clocks: { ...snapshot.clocks, events: LOST },
      nvlink: "unsupported",
      ecc: { ...snapshot.ecc, enabled: "unsupported" },
      processes: LOST,
    };
    const text = gpuTable(versions, [poor]);
    expect(text).toMatch(/0 H100 80GB HBM3\s+-\s+-\s+-\s+301\/700/);
    expect(text).toContain("clocks held back: GPU_IS_LOST");
    expect(text).toContain("no NVLink");
    expect(text).toContain("no ECC");
    expect(text).toContain("processes: GPU_IS_LOST");
    expect(text).not.toContain(" 0/");
  });
});

function sample(given: Partial<GpuSample>): GpuSample {
  const none = Object.fromEntries(figureKeys.map((key) => [key, null])) as unknown as GpuSample;
  return { ...none, atMs: 0, index: 0, mig: null, ...given };
}

test("Prometheus gets base units, and no line for what a GPU does not have", () => {
  const text = prometheusText([
    {
      sample: sample({ memoryUsedMib: 2, utilizationPercent: 37, energyJ: 5.5, clockEvents: 0x44 }),
      gpu: { name: 'NVIDIA "X"', uuid: "GPU-1" },
    },
    { sample: sample({ index: 1, mig: 2, memoryUsedMib: 1 }), gpu: { name: null, uuid: null } },
  ]);
  const labels = 'gpu="0",uuid="GPU-1",name="NVIDIA \\"X\\""';
  expect(text).toBe(
    [
      "# HELP inferbench_gpu_memory_used_bytes Device memory in use",
      "# TYPE inferbench_gpu_memory_used_bytes gauge",
      `inferbench_gpu_memory_used_bytes{${labels}} 2097152`,
      'inferbench_gpu_memory_used_bytes{gpu="1:2",uuid="",name=""} 1048576',
      "# HELP inferbench_gpu_utilization_ratio Share of time in which a kernel ran",
      "# TYPE inferbench_gpu_utilization_ratio gauge",
      `inferbench_gpu_utilization_ratio{${labels}} 0.37`,
      "# HELP inferbench_gpu_energy_joules_total Energy since the driver was loaded",
      "# TYPE inferbench_gpu_energy_joules_total counter",
      `inferbench_gpu_energy_joules_total{${labels}} 5.5`,
      "# HELP inferbench_gpu_clock_event Reasons in force for which clocks are lower than they could be",
      "# TYPE inferbench_gpu_clock_event gauge",
      `inferbench_gpu_clock_event{${labels},reason="sw_power_cap"} 1`,
      `inferbench_gpu_clock_event{${labels},reason="hw_thermal_slowdown"} 1`,
      "",
    ].join("\n"),
  );
});

describe("a live view", () => {
  const gpu = {
    label: "0",
    name: "NVIDIA H100",
    memoryUsedMib: 40_000,
    memoryTotalMib: 80_000,
    utilizationPercent: 100,
    memoryUtilizationPercent: 20,
    powerW: 350,
    powerLimitW: 700,
    temperatureC: 60,
    memoryTemperatureC: null,
    smClockMhz: 1980,
    maxSmClockMhz: 1980,
    clockEvents: ["gpu_idle", "sw_power_cap"],
    utilizationHistory: [0, null, 100],
    powerHistory: [null, 350, 700],
  };

  test("has bars and sparklines", () => {
    const lines = watchFrame("heading", [gpu], { width: 100, height: 24 });
    expect(lines.slice(2, 6)).toEqual([
      "GPU 0 H100 · 60.0 °C · SM 1,980 MHz · held back: sw_power_cap",
      "  use    ████████████████████   100 %  ▁ █",
      "  power  ██████████░░░░░░░░░░   350 W   ▅█",
      "  memory ██████████░░░░░░░░░░ 40,000 of 80,000 MiB",
    ]);
  });

  test("fits its window, and says what it leaves out", () => {
    const eight = Array.from({ length: 8 }, (_, i) => ({ ...gpu, label: String(i) }));
    for (const height of [5, 24, 40]) {
      const lines = watchFrame("a heading that is too long for the window", eight, { width: 30, height });
      expect(lines.length).toBeLessThanOrEqual(Math.max(height, 8));
      expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(30);
    }
    const lines = watchFrame("", eight, { width: 80, height: 24 });
    expect(lines.at(-1)).toBe("and 4 more: a taller window has room");
  });

  test("is a line where there is no terminal", () => {
    expect(watchLine(gpu)).toBe(
      "GPU 0 · use 100 % · memory 40,000 of 80,000 MiB · 350 W · 60.0 °C · SM 1,980 MHz · sw_power_cap",
    );
    expect(watchLine({ ...gpu, powerW: null, clockEvents: null })).toContain(" · - · ");
  });
});

test("bars and sparklines keep within their bounds", () => {
  expect([bar(-1, 4), bar(0.5, 4), bar(2, 4), bar(null, 4)]).toEqual(["░░░░", "██░░", "████", "····"]);
  expect(sparkline([-5, 0, 50, 99, 100, 500, null], 100)).toBe("▁▁▅███ ");
});

describe("a summary", () => {
  const busy = gpuSummary({
    energy: {
      joules: 18_250,
      source: "counter",
      standardErrorJ: 1,
      coveredS: 60,
      counterJoules: 18_250,
      powerJoules: null,
    },
    throttle: [{ reason: "sw_power_cap", share: 0.42 }],
  });

  test("has two or three lines a GPU, in 80 columns", () => {
    const lines = gpuLines(gpuFigures([busy, gpuSummary({ index: 1, mig: 2, powerW: null })]));
    expect(lines).toEqual([
      "GPU 0: utilisation mean 50.0 % · power mean 300 W · energy 18.3 kJ by its counter",
      "       memory peak 1,000 of 80,000 MiB · at most 50 °C",
      "       held back: sw_power_cap 42 %",
      "GPU 1:2: utilisation mean 50.0 % · power mean -",
      "         memory peak 1,000 of 80,000 MiB · at most 50 °C",
    ]);
    expect(gpuLines(null)).toEqual([]);
  });

  test("of a recording says how it was made", () => {
    const cost = { rounds: 600, skipped: 0, periodMs: 100, cpuMsPerRound: 1 };
    const sampler = { ...cost, cpuShare: 0.01, readMs: 0.4, readMaxMs: 2.5 };
    const recording = { startedAt: "2026-11-23T06:00:00.000Z", durationS: 60, interrupted: false };
    const text = recordingText(recording, gpuFigures([busy], { sampler }));
    expect(text).toStartWith("60.0 s from 2026-11-23T06:00:00.000Z\n");
    expect(text).toEndWith("Sampling each 100 ms took 1.0 % of a core; a round 400 µs, at most 2.50 ms");
    expect(widest(text)).toBeLessThanOrEqual(82);
    expect(recordingText({ ...recording, interrupted: true }, gpuFigures([]))).toContain("INTERRUPTED");
  });
});
