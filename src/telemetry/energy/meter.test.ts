import { afterAll, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnergyFigure } from "../gpu/energy.ts";
import type { GpuMonitor, GpuMonitorStart } from "../gpu/monitor.ts";
import type { Window } from "../gpu/ring.ts";
import { gpuSummary } from "../gpu/summary.fake.ts";
import type { GpuSummary } from "../gpu/summary.ts";
import { startEnergyMeter } from "./meter.ts";
import { fakeZone } from "./rapl.fake.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-meter-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let trees = 0;
let root = "";
beforeEach(() => {
  root = join(folder, `root${trees++}`);
  mkdirSync(root);
});

const clock = { now: () => performance.now(), toUnixMs: (atMs: number) => atMs };
const signal = new AbortController().signal;
const common = { clock, idleMs: 0, hostWatts: null, signal };

/** A monitor of one GPU whose power is what `wattsIn` says of a window. */
function monitorOf(wattsIn: (window: Window) => number): GpuMonitorStart {
  const summarize = (window: Window): GpuSummary[] => {
    const coveredS = (window.toMs - window.fromMs) / 1000;
    const joules = wattsIn(window) * coveredS;
    const figure = {
      joules,
      coveredS,
      standardErrorJ: 0,
      source: "power",
      counterJoules: null,
      powerJoules: joules,
    };
    return [gpuSummary({ energy: figure as EnergyFigure })];
  };
  const monitor = { summarize } as unknown as GpuMonitor;
  return { ok: true, monitor };
}

test("idle power is measured first, and taken off each window", async () => {
  const set = fakeZone(root, "intel-rapl:0", "package-0", 0);
  let idleEndMs = 0;
  const gpu = monitorOf(({ toMs }) => (toMs <= idleEndMs ? 70 : 300));
  idleEndMs = Number.POSITIVE_INFINITY;
  const meter = await startEnergyMeter({ ...common, gpu, idleMs: 30, root });
  idleEndMs = clock.now();
  expect(meter.idleS!).toBeGreaterThanOrEqual(0.03);
  const fromMs = clock.now();
  set(40e6);
  await Bun.sleep(5);
  meter.stop();
  const span = { fromMs, toMs: fromMs + 10_000 };
  const { durationS, gpus, cpuPackages, platform, host } = meter.within(span);
  expect([durationS, platform, host]).toEqual([10, null, null]);
  expect(gpus).toMatchObject({ meanPowerW: expect.closeTo(300, 6), idlePowerW: expect.closeTo(70, 6) });
  expect(gpus!.netJoules).toBeCloseTo(2300, 6);
  // The counter stood still while idle, and the window is longer than the readings.
  expect(cpuPackages.idlePowerW).toBe(0);
  expect(cpuPackages.reason).toMatch(/^package-0: readings cover [\d.]+ of 10\.0 s$/);
});

test("nothing to measure: it says why, and does not wait", async () => {
  const gpu: GpuMonitorStart = { ok: false, reason: "no NVIDIA driver found" };
  const meter = await startEnergyMeter({ ...common, gpu, idleMs: 3_600_000, hostWatts: 500, root });
  meter.stop();
  const readings = meter.within({ fromMs: 0, toMs: 4000 });
  expect(meter.idleS).toBeNull();
  expect(readings.gpus).toMatchObject({ joules: null, reason: "no NVIDIA driver found" });
  expect(readings.cpuPackages).toMatchObject({
    joules: null,
    reason: expect.stringContaining("no CPU energy counter"),
  });
  expect(readings.host).toMatchObject({ joules: 2000, source: "500 W as given × time", netJoules: null });
});

test("an interrupt ends the wait for the idle power", async () => {
  fakeZone(root, "intel-rapl:0", "package-0", 0);
  const controller = new AbortController();
  const starting = startEnergyMeter({
    ...common,
    gpu: null,
    idleMs: 3_600_000,
    signal: controller.signal,
    root,
  });
  controller.abort();
  const meter = await starting;
  meter.stop();
  expect(meter.within({ fromMs: 0, toMs: 1 }).gpus).toBeNull();
});
