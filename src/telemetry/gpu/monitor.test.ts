import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { findNvidiaSmi } from "./find-nvidia-smi.ts";
import { type GpuMonitor, type GpuMonitorOptions, startGpuMonitor } from "./monitor.ts";
import { GPU_CSV_HEADER } from "./sample.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-gpu-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let places = 0;

const clock: Clock = { now: () => performance.now(), toUnixMs: (atMs) => 1_800_000_000_000 + atMs };

/** Puts a stand-in nvidia-smi, which logs its pid and arguments, into a folder of its own; its PATH is the result. */
function fakeSmi(body: string): { place: string; env: Record<string, string> } {
  const place = join(folder, `place${places++}`);
  mkdirSync(place);
  const path = join(place, "nvidia-smi");
  writeFileSync(path, `#!/bin/sh\necho $$ > "${place}/pid"\necho "$@" > "${place}/args"\n${body}\n`);
  chmodSync(path, 0o755);
  return { place, env: { PATH: `${place}:/usr/bin:/bin` } };
}

const TWO_GPUS = `echo "0, 1000, 80000, 50, 300.50, 40, 1800"\necho "1, 2000, 80000, [N/A], [Not Supported], 41, 1700"`;

function optionsFor(env: Record<string, string>, lines: string[]): GpuMonitorOptions {
  return {
    intervalMs: 20,
    sink: { append: (line) => lines.push(line) },
    clock,
    env,
    root: folder,
    startTimeoutMs: 3000,
  };
}

async function started(options: GpuMonitorOptions): Promise<GpuMonitor> {
  const result = await startGpuMonitor(options);
  if (!result.ok) throw new Error(result.reason);
  return result.monitor;
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

describe("a driver that answers", () => {
  test("gives readings on the run's clock until it is stopped", async () => {
    const { place, env } = fakeSmi(`while :; do\n${TWO_GPUS}\nsleep 0.02\ndone`);
    const lines: string[] = [];
    const fromMs = clock.now();
    const monitor = await started(optionsFor(env, lines));
    await Bun.sleep(300);
    const pid = Number(readFileSync(join(place, "pid"), "utf8"));
    expect(isAlive(pid)).toBe(true);
    await monitor.stop();
    await monitor.stop();
    const toMs = clock.now();
    expect(isAlive(pid)).toBe(false);
    expect(monitor.problem).toBeNull();

    const args = readFileSync(join(place, "args"), "utf8");
    expect(args).toContain("--loop-ms=20");
    expect(args).toContain(
      "--query-gpu=index,memory.used,memory.total,utilization.gpu,power.draw,temperature.gpu,clocks.sm",
    );

    expect(lines[0]).toBe(GPU_CSV_HEADER);
    expect(lines[1]).toMatch(/^\d{10}\.\d{6},0,1000,80000,50,300\.5,40,1800$/);
    expect(lines[2]).toMatch(/^\d{10}\.\d{6},1,2000,80000,,,41,1700$/);
    const [first, second] = monitor.summarize({ fromMs, toMs });
    expect(first!.n).toBeGreaterThan(3);
    expect(first!.n + second!.n).toBe(lines.length - 1);
    expect(first).toMatchObject({
      utilizationPercent: { mean: 50, max: 50 },
      powerW: { mean: 300.5 },
      memoryPeakMib: 1000,
    });
    expect(second).toMatchObject({ utilizationPercent: null, powerW: null, memoryPeakMib: 2000 });
    expect(monitor.latest().map((sample) => sample.index)).toEqual([0, 1]);
  });

  test("is killed when it does not end when asked to", async () => {
    const { place, env } = fakeSmi(`trap '' TERM\nwhile :; do\n${TWO_GPUS}\nsleep 0.02\ndone`);
    const monitor = await started(optionsFor(env, []));
    await monitor.stop();
    expect(isAlive(Number(readFileSync(join(place, "pid"), "utf8")))).toBe(false);
  });

  test("keeps what there is when it dies half-way, and says so once", async () => {
    const { env } = fakeSmi(`${TWO_GPUS}\nsleep 0.05\n${TWO_GPUS}\necho "GPU 0000:04:00.0 is lost"\nexit 15`);
    const lines: string[] = [];
    const problems: string[] = [];
    const monitor = await started({
      ...optionsFor(env, lines),
      onProblem: (problem) => problems.push(problem),
    });
    await Bun.sleep(250);
    expect(problems).toEqual([monitor.problem!]);
    expect(monitor.problem).toMatch(
      /^GPU figures end at 2027-\S+Z \(nvidia-smi: GPU 0000:04:00.0 is lost\)$/,
    );
    await monitor.stop();
    expect(lines).toHaveLength(5);
    expect(monitor.summarize({ fromMs: 0, toMs: Number.MAX_VALUE })[0]!.n).toBe(2);
  });
});

describe("no figures", () => {
  test("without a driver: says where it looked", async () => {
    const result = await startGpuMonitor(optionsFor({ PATH: "/nowhere" }, []));
    expect(result).toMatchObject({ ok: false });
    if (!result.ok)
      expect(result.reason).toMatch(
        /^no NVIDIA driver found \(no .*proc\/driver\/nvidia\/version, no nvidia-smi: /,
      );
  });

  test("with a driver that is loaded and no program", () => {
    const root = join(folder, "loaded");
    mkdirSync(join(root, "proc/driver/nvidia"), { recursive: true });
    writeFileSync(join(root, "proc/driver/nvidia/version"), "NVRM version");
    expect(findNvidiaSmi({}, root)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("is loaded"),
    });
  });

  test("with a program that fails: gives its words", async () => {
    const { env } = fakeSmi(
      `echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."; exit 9`,
    );
    const lines: string[] = [];
    expect(await startGpuMonitor(optionsFor(env, lines))).toEqual({
      ok: false,
      reason: "nvidia-smi: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
    });
    expect(lines).toEqual([]);
    const silent = fakeSmi("exit 3");
    expect(await startGpuMonitor(optionsFor(silent.env, []))).toEqual({
      ok: false,
      reason: "nvidia-smi ended with code 3",
    });
  });

  test("with a program that says nothing: gives up and ends it", async () => {
    const { place, env } = fakeSmi("exec sleep 60");
    const result = await startGpuMonitor({ ...optionsFor(env, []), startTimeoutMs: 200 });
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining("gave no reading in 200 ms") });
    expect(isAlive(Number(readFileSync(join(place, "pid"), "utf8")))).toBe(false);
  });
});
