import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../native/system-clock.ts";
import { openGpuSampler } from "../../workers.ts";
import { findNvidiaSmi } from "./find-nvidia-smi.ts";
import { type GpuMonitor, type GpuMonitorOptions, startGpuMonitor } from "./monitor.ts";
import { GPU_CSV_HEADER } from "./sample.ts";

/* Where NVML cannot be loaded, a stand-in nvidia-smi. */

setDefaultTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "inferbench-gpu-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let places = 0;

const clock = systemClock();

/** Puts a stand-in nvidia-smi, which logs its pid and arguments, into a folder of its own; its PATH is the result. */
function fakeSmi(body: string): { place: string; options: GpuMonitorOptions } {
  const place = join(folder, `place${places++}`);
  mkdirSync(place);
  const program = join(place, "nvidia-smi");
  writeFileSync(program, `#!/bin/sh\necho $$ > "${place}/pid"\necho "$@" > "${place}/args"\n${body}\n`);
  chmodSync(program, 0o755);
  return { place, options: optionsFor(`${place}:/usr/bin:/bin`, join(place, "out.csv")) };
}

function optionsFor(path: string, csv: string | null): GpuMonitorOptions {
  return {
    intervalMs: 20,
    path: csv,
    clock,
    env: { PATH: path, INFERBENCH_NVML: "/nowhere/libnvidia-ml.so.1" },
    root: folder,
    choice: null,
    openThread: openGpuSampler,
    startTimeoutMs: 10_000,
  };
}

const TWO_GPUS = `echo "0, GPU-a, 1000, 80000, 50, 300.50, 40, 1800, 2600, 10"\necho "1, GPU-b, 2000, 80000, [N/A], [Not Supported], 41, 1700, 2600, 10"`;
const FOR_EVER = `while :; do\n${TWO_GPUS}\nsleep 0.02\ndone`;

async function started(options: GpuMonitorOptions): Promise<GpuMonitor> {
  const result = await startGpuMonitor(options);
  if (!result.ok) throw new Error(result.reason);
  return result.monitor;
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error("waited for 30 s in vain");
    await Bun.sleep(5);
  }
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

const pidIn = (place: string) => Number(readFileSync(join(place, "pid"), "utf8"));
const readings = (monitor: GpuMonitor) => monitor.gpus[0]!.ring.end;

describe("a program that answers", () => {
  test("gives readings on the run's clock until it is stopped", async () => {
    const { place, options } = fakeSmi(FOR_EVER);
    const fromMs = clock.now();
    const monitor = await started(options);
    await until(() => readings(monitor) > 5);
    expect(isAlive(pidIn(place))).toBe(true);
    await monitor.stop();
    const toMs = clock.now();
    expect(isAlive(pidIn(place))).toBe(false);
    expect(monitor).toMatchObject({
      problem: null,
      source: {
        kind: "nvidia-smi",
        program: join(place, "nvidia-smi"),
        why: "no /nowhere/libnvidia-ml.so.1",
      },
    });

    expect(readFileSync(join(place, "args"), "utf8")).toContain("--loop-ms=20");
    const [header, first, second, ...rest] = readFileSync(join(place, "out.csv"), "utf8")
      .trimEnd()
      .split("\n");
    expect(header).toBe(GPU_CSV_HEADER);
    expect(first).toMatch(/^\d{10}\.\d{6},0,1000,80000,50,300\.5,,40,,1800,2600,,,,10,$/);
    expect(second).toMatch(/^\d{10}\.\d{6},1,2000,80000,,,,41,,1700,2600,,,,10,$/);
    const [zero, one] = monitor.summarize({ fromMs, toMs });
    expect(zero!.n + one!.n).toBe(rest.length + 2);
    expect(zero).toMatchObject({
      utilizationPercent: { mean: 50, max: 50 },
      energy: { source: "power" },
      memoryPeakMib: 1000,
      throttle: null,
      notMeasured: { energyJ: "not read" },
    });
    expect(one).toMatchObject({ utilizationPercent: null, powerW: null, energy: null, memoryPeakMib: 2000 });
    expect(monitor.latest().map(({ sample }) => sample.index)).toEqual([0, 1]);
  });

  test("is asked for all and gives those that are chosen", async () => {
    const { options } = fakeSmi(FOR_EVER);
    const monitor = await started({ ...options, choice: { by: "--gpu", text: "gpu-B" } });
    await monitor.stop();
    expect(monitor.gpus.map(({ index, uuid }) => [index, uuid])).toEqual([[1, "GPU-b"]]);
    const none = await startGpuMonitor({ ...options, choice: { by: "--gpu", text: "7" } });
    expect(none).toMatchObject({ ok: false, reason: expect.stringContaining('"7" names no GPU') });
  });

  test("is killed when it does not end when asked to", async () => {
    const { place, options } = fakeSmi(`trap '' TERM\n${FOR_EVER}`);
    const monitor = await started(options);
    await monitor.stop();
    expect(isAlive(pidIn(place))).toBe(false);
  });

  test("keeps what there is when it dies half-way, and says so once", async () => {
    const { options } = fakeSmi(
      `${TWO_GPUS}\nsleep 0.05\n${TWO_GPUS}\necho "GPU 0000:04:00.0 is lost"\nexit 15`,
    );
    const problems: string[] = [];
    const monitor = await started({ ...options, onProblem: (problem) => problems.push(problem) });
    await until(() => problems.length > 0);
    expect(problems).toEqual([monitor.problem!]);
    expect(monitor.problem).toMatch(/^GPU figures end at 2\S+Z \(nvidia-smi: GPU 0000:04:00.0 is lost\)$/);
    await monitor.stop();
    expect(readFileSync(options.path!, "utf8").trimEnd().split("\n")).toHaveLength(5);
    expect(monitor.summarize({ fromMs: 0, toMs: Number.MAX_VALUE })[0]!.n).toBe(2);
  });
});

describe("no figures", () => {
  const reasonOf = async (options: GpuMonitorOptions) => {
    const result = await startGpuMonitor(options);
    return result.ok ? "" : result.reason;
  };

  test("with a driver that is loaded and no program", async () => {
    const root = join(folder, "loaded");
    mkdirSync(join(root, "proc/driver/nvidia"), { recursive: true });
    writeFileSync(join(root, "proc/driver/nvidia/version"), "NVRM version");
    expect(findNvidiaSmi({}, root)).toMatchObject({ ok: false, isDriverLoaded: true });
    expect(await reasonOf({ ...optionsFor("/nowhere", null), root })).toMatch(
      /^the NVIDIA driver is loaded, but neither its library \(.*\) nor nvidia-smi was found \(looked at /,
    );
  });

  test("with a program that fails: gives its words", async () => {
    const words = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
    const { place, options } = fakeSmi(`echo "${words}"; exit 9`);
    expect(await reasonOf(options)).toBe(`nvidia-smi: ${words}`);
    expect(existsSync(join(place, "out.csv")) ? readFileSync(join(place, "out.csv"), "utf8") : "").toBe("");
    expect(await reasonOf(fakeSmi("exit 3").options)).toBe("nvidia-smi ended with code 3");
  });

  test("with a program that says nothing: gives up and ends it", async () => {
    const { place, options } = fakeSmi("exec sleep 60");
    expect(await reasonOf({ ...options, startTimeoutMs: 1000 })).toBe(
      "the NVIDIA driver gave no reading in 1000 ms",
    );
    expect(isAlive(pidIn(place))).toBe(false);
  });
});
