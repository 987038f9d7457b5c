import { describe, expect, test } from "bun:test";
import { endMonitor, type GpuFigures, gpuWarnings } from "./run-figures.ts";
import { gpuFigures, gpuSummary } from "./summary.fake.ts";

const messages = (figures: GpuFigures) =>
  gpuWarnings(figures).map(({ code, message }) => `${code}: ${message}`);

test("without a monitor there are no figures, and without a GPU the reason", async () => {
  expect(await endMonitor(null, { fromMs: 0, toMs: 1 })).toBeNull();
  expect(await endMonitor({ ok: false, reason: "no GPU" }, { fromMs: 0, toMs: 1 })).toMatchObject({
    devices: [],
    source: null,
    problem: "no GPU",
  });
});

describe("warnings", () => {
  test("none where all is quiet", () => {
    expect(messages(gpuFigures([gpuSummary()]))).toEqual([]);
  });

  test("of throttling, with its reasons and their shares", () => {
    const throttle = [
      { reason: "sw_power_cap", share: 0.42 },
      { reason: "hw_thermal_slowdown", share: 0.05 },
      { reason: "sync_boost", share: 0.001 },
    ];
    expect(messages(gpuFigures([gpuSummary({ throttle })]))).toEqual([
      "gpu-throttle: GPU 0 was held back: sw_power_cap 42 %, hw_thermal_slowdown 5.0 % of the time",
    ]);
  });

  test("of figures that end early, of another source, of a costly sampler", () => {
    const source = {
      kind: "nvidia-smi",
      program: "/usr/bin/nvidia-smi",
      why: "no libnvidia-ml.so.1",
    } as const;
    const cost = { rounds: 9, skipped: 0, periodMs: 10, cpuMsPerRound: 2, readMs: 2, readMaxMs: 3 };
    const sampler = { ...cost, cpuShare: 0.2 };
    const found = messages(
      gpuFigures([], { problem: "GPU figures end at noon", source, sampler, intervalMs: 10 }),
    );
    expect(found).toEqual([
      "gpu: GPU figures end at noon",
      "gpu-source: GPU figures come from nvidia-smi, since NVML could not be used: no libnvidia-ml.so.1",
      "gpu-sampler: sampling the GPUs each 10 ms took 20 % of a core",
    ]);
  });

  test("of a counter and a power that disagree, once the window is long enough to tell", () => {
    const energy = (coveredS: number, counterJoules: number, powerJoules: number) =>
      messages(
        gpuFigures([
          gpuSummary({
            energy: {
              joules: counterJoules,
              source: "counter",
              standardErrorJ: 1,
              coveredS,
              counterJoules,
              powerJoules,
            },
          }),
        ]),
      );
    expect(energy(60, 1500, 1000)).toEqual([
      "gpu-energy: GPU 0: its energy counter and its power differ by 50 % (1500 J against 1000 J)",
    ]);
    expect([energy(5, 1500, 1000), energy(60, 1050, 1000)]).toEqual([[], []]);
  });

  test("of other processes, only where the server itself was found", () => {
    const process = (pid: number, isServer: boolean | null) => ({
      pid,
      name: "python",
      peakMib: 2000.4,
      isServer,
    });
    const server = gpuSummary({ processes: [process(1, true)] });
    const other = gpuSummary({ index: 1, processes: [process(2, false), process(3, null)] });
    expect(messages(gpuFigures([server, other]))).toEqual([
      "gpu-foreign: GPU 1 also works for what is not the server under test: python (pid 2, 2000 MiB)",
    ]);
    expect(messages(gpuFigures([other]))).toEqual([]);
  });
});
