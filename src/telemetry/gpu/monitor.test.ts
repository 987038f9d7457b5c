import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeNvml, FakeNvmls, fakeTest } from "../../../test/fakes/nvml.ts";
import { systemClock } from "../../native/system-clock.ts";
import { openGpuSampler } from "../../workers.ts";
import { figureKeys } from "./figures.ts";
import { type GpuMonitor, type GpuMonitorOptions, startGpuMonitor } from "./monitor.ts";
import { SampleRing } from "./ring.ts";
import { GPU_CSV_HEADER, gpuLabel } from "./sample.ts";
import type { FromSampler, SamplerThread } from "./sampler-messages.ts";

setDefaultTimeout(60_000);

const fakes = new FakeNvmls();
const folder = mkdtempSync(join(tmpdir(), "inferbench-gpu-"));
afterAll(() => {
  fakes.remove();
  rmSync(folder, { recursive: true, force: true });
});

const clock = systemClock();
const ALL = { fromMs: 0, toMs: Number.MAX_VALUE };
let files = 0;

async function started(fake: FakeNvml, given: Partial<GpuMonitorOptions> = {}): Promise<GpuMonitor> {
  const result = await startGpuMonitor(optionsFor(fake, given));
  if (!result.ok) throw new Error(result.reason);
  return result.monitor;
}

function optionsFor(fake: FakeNvml, given: Partial<GpuMonitorOptions> = {}): GpuMonitorOptions {
  return {
    intervalMs: 20,
    path: null,
    clock,
    env: { PATH: "/nowhere", ...fake.env },
    root: folder,
    choice: null,
    openThread: openGpuSampler,
    ...given,
  };
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error("waited for 30 s in vain");
    await Bun.sleep(5);
  }
}

const readings = (monitor: GpuMonitor, gpu = 0) => monitor.gpus[gpu]!.ring.end;
const choose = (text: string) => ({ choice: { by: "--gpu", text } as const });

describe("a driver that answers", () => {
  fakeTest("gives readings on the run's clock, in memory and in the file", async () => {
    const path = join(folder, `${files++}.csv`);
    const fromMs = clock.now();
    const monitor = await started(fakes.make(["gpus 2", "set 1 utilization -1", "set 0 reasons 4"]), {
      path,
    });
    await until(() => readings(monitor) > 5 && monitor.latest()[0]!.sample.pcieTxKbPerS !== null);
    expect(monitor.latest()[0]!.sample).toMatchObject({
      index: 0,
      powerW: 300.5,
      pcieTxKbPerS: 1500,
      clockEvents: 4,
    });
    await monitor.stop();
    await monitor.stop();
    const toMs = clock.now();

    expect(monitor.problem).toBeNull();
    expect(monitor.source).toMatchObject({ kind: "nvml", versions: { cuda: "12.8" } });
    const [first, second] = monitor.summarize({ fromMs, toMs });
    expect(first).toMatchObject({
      index: 0,
      name: "NVIDIA Fake 0",
      utilizationPercent: { mean: 37, max: 37 },
      powerW: { mean: 300.5 },
      memoryPeakMib: 1024,
      throttle: [{ reason: "sw_power_cap", share: 1 }],
      energy: { source: "counter" },
    });
    expect(first!.energy!.joules).toBeGreaterThan(0);
    expect(second).toMatchObject({
      utilizationPercent: null,
      notMeasured: { utilizationPercent: "NOT_SUPPORTED" },
    });
    const [header, ...rows] = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(header).toBe(GPU_CSV_HEADER);
    expect(rows.length).toBe(first!.n + second!.n);
    const unixMs = rows.map((row) => 1000 * Number(row.split(",")[0]));
    expect(Math.min(...unixMs)).toBeGreaterThanOrEqual(clock.toUnixMs(fromMs) - 1);
    expect(Math.max(...unixMs)).toBeLessThanOrEqual(clock.toUnixMs(toMs) + 1);
  });

  fakeTest("says what its sampling took", async () => {
    const monitor = await started(fakes.make());
    await until(() => readings(monitor) > 20);
    await monitor.stop();
    const { rounds, periodMs, cpuShare, readMs } = monitor.cost()!;
    expect(rounds).toBe(readings(monitor));
    expect(periodMs).toBeGreaterThan(10);
    expect(readMs).toBeLessThan(1000);
    expect(cpuShare).toBeGreaterThan(0);
    expect(cpuShare).toBeLessThan(1);
  });

  fakeTest("names the processes on its GPUs, and which are the server's", async () => {
    using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const fake = fakes.make([`process 0 compute ${process.pid} 1048576`, "process 0 compute 1 2097152"]);
    const monitor = await started(fake, { serverPort: server.port, root: "/" });
    await until(() => monitor.gpus[0]!.processes.latest !== null);
    await monitor.stop();
    const [other, ours] = monitor.summarize(ALL)[0]!.processes!;
    expect(ours).toMatchObject({ pid: process.pid, name: expect.any(String), peakMib: 1, isServer: true });
    expect(other).toMatchObject({ pid: 1, peakMib: 2, isServer: expect.any(Boolean) });
  });

  fakeTest("samples as many GPUs as there are, or those that are chosen", async () => {
    const fake = fakes.make(["gpus 8", "set 3 mig 2"]);
    const indexes = async (given: Partial<GpuMonitorOptions>) => {
      const monitor = await started(fake, given);
      await monitor.stop();
      expect(monitor.summarize(ALL).every(({ n }) => n > 0)).toBe(true);
      return monitor.gpus.map(gpuLabel);
    };
    expect(await indexes({})).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
    expect(await indexes(choose("5,GPU-1b0c0002"))).toEqual(["2", "5"]);
    expect(await indexes(choose("MIG-1b0c0003-0003"))).toEqual(["3", "3:2"]);
  });

  fakeTest("a part of a GPU (MIG) has memory of its own, and its GPU the rest", async () => {
    const monitor = await started(fakes.make(["set 0 mig 1"]), choose("0:0"));
    await monitor.stop();
    const [whole, part] = monitor.summarize(ALL);
    expect(whole).toMatchObject({ mig: null, memoryTotalMib: 81559, powerW: { mean: 300.5 } });
    expect(part).toMatchObject({
      mig: 0,
      uuid: "MIG-1b0c0000-0001-4000-8000-000000000000",
      powerW: null,
      energy: null,
    });
    expect(part!.memoryTotalMib).toBeCloseTo(81559 / 7, 1);
  });
});

describe("a driver in trouble", () => {
  fakeTest("a GPU that is lost half-way keeps its readings, and the others go on", async () => {
    const fake = fakes.make(["gpus 2"]);
    const problems: string[] = [];
    const monitor = await started(fake, { onProblem: (problem) => problems.push(problem) });
    await until(() => readings(monitor, 1) > 3);
    fake.lose(1);
    await until(() => problems.length > 0);
    const atLoss = [readings(monitor, 0), readings(monitor, 1)] as const;
    await until(() => readings(monitor, 0) > atLoss[0] + 3);
    expect(monitor.latest().map(({ sample }) => sample.index)).toEqual([0]);
    await monitor.stop();
    expect(problems).toEqual([monitor.problem!]);
    expect(monitor.problem).toMatch(/^figures of GPU 1 end at 2\d{3}-\S+Z \(GPU_IS_LOST\)$/);
    expect(readings(monitor, 1)).toBe(atLoss[1]);
    expect(monitor.summarize(ALL)[1]!.n).toBe(atLoss[1]);
  });

  fakeTest("when the only one is lost, sampling is over and the file is whole", async () => {
    const path = join(folder, `${files++}.csv`);
    const fake = fakes.make();
    const monitor = await started(fake, { path });
    await until(() => readings(monitor) > 3);
    fake.lose(0);
    await until(() => monitor.problem !== null);
    expect(monitor.problem).toMatch(/^GPU figures end at 2\d{3}-\S+Z \(GPU_IS_LOST\)$/);
    await monitor.stop();
    const text = readFileSync(path, "utf8");
    expect(text).toEndWith("\n");
    expect(text.trimEnd().split("\n")).toHaveLength(1 + readings(monitor));
  });

  fakeTest("slow calls do not hold up this thread", async () => {
    const monitor = await started(fakes.make(["slow nvmlDeviceGetPowerUsage 200"]), { intervalMs: 10 });
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    const from = readings(monitor);
    await until(() => readings(monitor) >= from + 3);
    clearInterval(ticking);
    await monitor.stop();
    // Three readings took 600 ms in which a held-up thread would have had three turns.
    expect(turns).toBeGreaterThan(30);
    const { periodMs, skipped, readMs } = monitor.cost()!;
    expect(periodMs).toBeGreaterThan(150);
    expect(readMs).toBeGreaterThan(150);
    expect(skipped).toBeGreaterThan(10);
  });

  fakeTest("one that no longer answers is left behind, with what it gave", async () => {
    const fake = fakes.make();
    const monitor = await started(fake);
    await until(() => readings(monitor) > 3);
    fake.getStuck();
    await monitor.stop();
    expect(monitor.problem).toMatch(/^GPU figures end at \S+ \(the driver no longer answers\)$/);
    expect(monitor.latest()).toEqual([]);
    expect(monitor.summarize(ALL)[0]!.n).toBeGreaterThan(3);
  });

  test("a thread that dies half-way leaves what it gave, and its last words", async () => {
    const ring = SampleRing.ofRows(10);
    const thread: SamplerThread = { onmessage: null, onerror: null, postMessage() {}, terminate() {} };
    const send = (data: FromSampler) => thread.onmessage!({ data } as MessageEvent<FromSampler>);
    const starting = startGpuMonitor({ ...optionsFor({ env: {} } as FakeNvml), openThread: () => thread });
    const source = { kind: "nvidia-smi", program: "x", why: "y" } as const;
    send({ kind: "source", source, note: null, pcie: null });
    const info = { index: 0, mig: null, name: null, uuid: null, powerLimitW: null, maxSmClockMhz: null };
    send({ kind: "gpu", gpu: { ...info, ring: ring.buffer } });
    ring.push(clock.now(), new Float64Array(figureKeys.length).fill(5));
    send({ kind: "ready" });
    const start = await starting;
    if (!start.ok) throw new Error(start.reason);
    thread.onerror!({ message: "out of memory" } as ErrorEvent);
    await start.monitor.over;
    expect(start.monitor.problem).toMatch(/^GPU figures end at \S+ \(the sampler failed: out of memory\)$/);
    expect(start.monitor.summarize(ALL)[0]).toMatchObject({ n: 1, powerW: { mean: 5 } });
    await start.monitor.stop();
  });

  fakeTest("a file that takes no more is told of once, and sampling goes on", async () => {
    const failures: string[] = [];
    const monitor = await started(fakes.make(), {
      path: "/dev/full",
      onWriteError: ({ code }) => failures.push(code ?? "?"),
    });
    await until(() => readings(monitor) > 5);
    await monitor.stop();
    expect(failures).toEqual(["ENOSPC"]);
  });
});

describe("no figures", () => {
  const reasonOf = async (fake: FakeNvml, given: Partial<GpuMonitorOptions> = {}) => {
    const result = await startGpuMonitor(optionsFor(fake, given));
    return result.ok ? "" : result.reason;
  };

  test("without a driver: says where it looked", async () => {
    const env = { PATH: "/nowhere", INFERBENCH_NVML: "/nowhere/libnvidia-ml.so.1" };
    const result = await startGpuMonitor({ ...optionsFor({ env } as unknown as FakeNvml), env });
    expect(result).toMatchObject({ ok: false });
    if (!result.ok)
      expect(result.reason).toMatch(
        /^no NVIDIA driver found: no \/nowhere\/libnvidia-ml\.so\.1, no nvidia-smi \(looked at \/nowhere\/libnvidia-ml\.so\.1, PATH, .*proc\/driver\/nvidia\/version\)$/,
      );
  });

  fakeTest("with a driver that shows none, cannot be started, or knows no such GPU", async () => {
    expect(await reasonOf(fakes.make(["gpus 0"]))).toMatch(/^the NVIDIA driver shows no GPU \(/);
    expect(await reasonOf(fakes.make(["fail nvmlDeviceGetHandleByIndex_v2 * 15"]))).toBe(
      "none of the NVIDIA GPUs answers (GPU 0: GPU_IS_LOST)",
    );
    expect(await reasonOf(fakes.make(["fail nvmlInit_v2 * 18"]))).toContain("LIB_RM_VERSION_MISMATCH");
    expect(await reasonOf(fakes.make(), choose("3"))).toContain('"3" names no GPU');
  });

  fakeTest("with one that says nothing in time", async () => {
    const fake = fakes.make(["slow nvmlDeviceGetCount_v2 1500"]);
    expect(await reasonOf(fake, { startTimeoutMs: 200 })).toBe("the NVIDIA driver gave no reading in 200 ms");
  });

  fakeTest("with a file that cannot be opened", async () => {
    expect(existsSync("/nowhere")).toBe(false);
    expect(await reasonOf(fakes.make(), { path: "/nowhere/x.csv" })).toMatch(/^the sampler failed: ENOENT/);
  });
});
