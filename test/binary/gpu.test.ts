import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FakeNvml, FakeNvmls, fakeTest } from "../fakes/nvml.ts";
import { testWhere } from "../skip.ts";
import { binary, linesOf, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

/* The compiled executable with a stand-in driver, from an empty folder. */

setDefaultTimeout(60_000);

const fakes = new FakeNvmls();
let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "2ms");
});
afterAll(async () => {
  await mock.stop();
  fakes.remove();
});

const folder = folderForEach();

const file = (name: string) => join(folder.path, name);
const gpu = (fake: FakeNvml, ...flags: string[]) => run(["gpu", ...flags], folder.path, fake.env);
const startGpu = (fake: FakeNvml, ...flags: string[]) =>
  start([binary, "gpu", ...flags], folder.path, fake.env);
const column = (path: string, name: string) => {
  const [header = "", ...rows] = linesOf(path);
  const at = header.split(",").indexOf(name);
  return rows.map((row) => row.split(",")[at]);
};

describe("once", () => {
  fakeTest("a table of eight GPUs", async () => {
    const { exit, stdout, stderr } = await gpu(fakes.make(["gpus 8", "name * NVIDIA H200", "set 3 mig 2"]));
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("driver 570.86.15 · NVML 12.570.86.15 · CUDA 12.8");
    expect(stdout.match(/^\d H200 +1,024\/81,559 /gm)).toHaveLength(8);
    expect(stdout).toContain("MIG 2: MIG-1b0c0003-0003-4000-8000-000000000000 · 146 of 11,651 MiB");
    expect(stdout.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
  });

  fakeTest("JSON with everything, and what a GPU does not have as a word, never 0", async () => {
    const script = [
      "set 0 utilization -1",
      "fail nvmlDeviceGetPowerUsage 0 4",
      "process 0 compute 77 1048576",
    ];
    const { exit, stdout } = await gpu(fakes.make(script, ["nvmlDeviceGetTotalEnergyConsumption"]), "--json");
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      source: { kind: "nvml", versions: { cuda: "12.8" } },
      gpus: [
        {
          index: 0,
          architecture: "Hopper",
          utilization: { gpuPercent: "unsupported" },
          power: { drawW: { error: "NO_PERMISSION", code: 4 }, energyJ: "unsupported", limitW: 700 },
          processes: [{ pid: 77, kind: "compute", usedBytes: 1048576 }],
        },
      ],
    });
  });

  fakeTest("those that --gpu or CUDA_VISIBLE_DEVICES names", async () => {
    const fake = fakes.make(["gpus 4"]);
    const shown = async (flags: string[], env: Record<string, string> = {}) => {
      const { stdout } = await run(["gpu", "--json", ...flags], folder.path, { ...fake.env, ...env });
      return JSON.parse(stdout).gpus.map(({ index }: { index: number }) => index);
    };
    expect(await shown(["--gpu", "3,GPU-1b0c0001"])).toEqual([1, 3]);
    expect(await shown([], { CUDA_VISIBLE_DEVICES: "2" })).toEqual([2]);
    expect(await shown(["--gpu", "0"], { CUDA_VISIBLE_DEVICES: "2" })).toEqual([0]);
    const hidden = await run(["gpu"], folder.path, { ...fake.env, CUDA_VISIBLE_DEVICES: "" });
    expect([hidden.exit, hidden.stderr.includes("CUDA_VISIBLE_DEVICES")]).toEqual([4, true]);
    expect((await gpu(fake, "--gpu", "9")).stderr).toContain('"9" names no GPU of this machine');
  });
});

describe("a recording", () => {
  fakeTest("writes each reading as it comes, and sums up", async () => {
    const fake = fakes.make(["gpus 2", "set 0 reasons 4"]);
    const flags = ["--duration", "1s", "--gpu-interval", "20ms", "--out", "gpu.csv"];
    const { exit, stdout, stderr } = await gpu(fake, ...flags, "--json");
    expect([exit, stderr.includes("readings in gpu.csv")]).toEqual([0, true]);
    const { devices, sampler } = JSON.parse(stdout);
    expect(linesOf(file("gpu.csv"))[0]).toStartWith(
      "timestamp,gpu_index,memory_used_mib,memory_total_mib,utilization_percent,power_w,energy_j,",
    );
    expect(linesOf(file("gpu.csv")).length).toBeGreaterThan(devices[0].n + devices[1].n);
    expect(devices[0]).toMatchObject({
      powerW: { mean: 300.5 },
      throttle: [{ reason: "sw_power_cap", share: 1 }],
      energy: { source: "counter" },
    });
    // The stand-in draws 300.5 W, and its counter goes on in steps of 100 ms.
    const { joules, coveredS, powerJoules } = devices[0].energy;
    expect(Math.abs(joules - 300.5 * coveredS)).toBeLessThan(2 * 30.05 + 1);
    expect(powerJoules).toBeCloseTo(300.5 * coveredS, 0);
    expect(sampler.rounds).toBeGreaterThan(5);
    expect(column(file("gpu.csv"), "throttle_reasons")).toContain("sw_power_cap");

    const again = await gpu(fake, ...flags);
    expect([again.exit, again.stderr.includes("--overwrite")]).toEqual([2, true]);
    expect((await gpu(fake, ...flags, "--overwrite")).exit).toBe(0);
  });

  fakeTest("Ctrl-C ends it in order: 130 before its time, 0 where it had none", async () => {
    const fake = fakes.make();
    const early = startGpu(fake, "--duration", "60s", "--out", "early.csv");
    await untilLines(file("early.csv"), 5);
    early.kill("SIGINT");
    const { exit, stdout } = await early.outcome;
    expect([exit, stdout.includes("INTERRUPTED")]).toEqual([130, true]);
    const endless = startGpu(fake, "--out", "endless.csv");
    await untilLines(file("endless.csv"), 5);
    endless.kill("SIGINT");
    expect((await endless.outcome).exit).toBe(0);
    expect(readFileSync(file("endless.csv"), "utf8")).toEndWith("\n");
  });

  fakeTest("a GPU that is lost ends it early, with what it gave", async () => {
    const fake = fakes.make();
    const running = startGpu(fake, "--duration", "60s", "--out", "gpu.csv");
    await untilLines(file("gpu.csv"), 5);
    fake.lose(0);
    const { exit, stdout, stderr } = await running.outcome;
    expect([exit, stderr.includes("GPU figures end at"), stderr.includes("GPU_IS_LOST")]).toEqual([
      1,
      true,
      true,
    ]);
    expect(stdout).toContain("power mean 301 W");
    expect(linesOf(file("gpu.csv")).length).toBeGreaterThanOrEqual(5);
  });

  fakeTest("a full disk is one error, exit 4", async () => {
    const command = `ulimit -f 4; exec "$0" gpu --duration 60s --gpu-interval 10ms --out gpu.csv`;
    const running = start(["bash", "-c", command, binary], folder.path, fakes.make(["gpus 8"]).env);
    const { exit, stderr } = await running.outcome;
    expect([exit, stderr.includes("cannot write gpu.csv")]).toEqual([4, true]);
    expect(stderr).not.toContain("    at ");
    expect(readFileSync(file("gpu.csv"), "utf8")).toEndWith("\n");
  });

  fakeTest("Prometheus scrapes it", async () => {
    const running = startGpu(fakes.make(["gpus 2"]), "--listen", "127.0.0.1:0", "--out", "gpu.csv");
    await untilLines(file("gpu.csv"), 3);
    const port = await listeningPort(running.pid);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const labels = 'gpu="1",uuid="GPU-1b0c0001-0000-4000-8000-000000000000",name="NVIDIA Fake 1"';
    expect(text).toContain(`inferbench_gpu_power_watts{${labels}} 300.5\n`);
    expect(text).toContain("# TYPE inferbench_gpu_energy_joules_total counter\n");
    running.kill("SIGTERM");
    const { exit, stderr } = await running.outcome;
    expect([exit, stderr.includes(`listening on http://127.0.0.1:${port}/metrics`)]).toEqual([0, true]);
  });
});

/** The port that a process of ours listens on. */
async function listeningPort(pid: number): Promise<number> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const { stdout } = Bun.spawnSync(["bash", "-c", `ls -l /proc/${pid}/fd`]);
    const sockets = new Set([...stdout.toString().matchAll(/socket:\[(\d+)\]/g)].map(([, inode]) => inode));
    for (const line of readFileSync(`/proc/${pid}/net/tcp`, "utf8").split("\n").slice(1)) {
      const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === "0A" && sockets.has(inode)) return Number.parseInt(local.split(":")[1]!, 16);
    }
    await Bun.sleep(20);
  }
  throw new Error("no listening socket in 30 s");
}

describe("--watch", () => {
  fakeTest("is lines where there is no terminal", async () => {
    const { exit, stdout } = await gpu(fakes.make(["gpus 2"]), "--watch", "--duration", "2500ms");
    expect(exit).toBe(0);
    const lines = stdout.split("\n").filter((line) => /^\d\d:\d\d:\d\d GPU [01] · use 37/.test(line));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(stdout).not.toContain("\x1b");
  });

  fakeTest("ends when nobody reads it any more", async () => {
    const command = `set -o pipefail; "$0" gpu --watch | head -n 1`;
    const { exit, stdout } = await start(["bash", "-c", command, binary], folder.path, fakes.make().env)
      .outcome;
    expect([exit, stdout.includes("GPU 0 · use 37")]).toEqual([0, true]);
  });

  const terminalTest = Bun.which("script") === null ? testWhere(false, "no script(1)") : fakeTest;
  terminalTest("is a picture on a terminal, which it leaves as it was", async () => {
    const command = [
      "script",
      "-qec",
      `stty cols 80 rows 24; "${binary}" gpu --watch --duration 2s`,
      "/dev/null",
    ];
    const { exit, stdout } = await start(command, folder.path, { ...fakes.make().env, TERM: "xterm" })
      .outcome;
    expect(exit).toBe(0);
    expect(stdout).toContain("\x1b[?1049h");
    expect(stdout).toContain("use    ███████░░░░░░░░░░░░░");
    expect(stdout.lastIndexOf("\x1b[?1049l")).toBeGreaterThan(stdout.lastIndexOf("\x1b[H"));
  });
});

describe("no driver", () => {
  const noDriverTest = testWhere(!existsSync("/proc/driver/nvidia/version"), "an NVIDIA driver is here");

  noDriverTest("is exit 4, with where it looked, and leaves no file", async () => {
    const { exit, stdout, stderr } = await run(["gpu"], folder.path);
    expect([exit, stdout]).toEqual([4, ""]);
    expect(stderr).toContain("no NVIDIA driver found: no libnvidia-ml.so.1, no nvidia-smi (looked at ");
    expect((await run(["gpu", "--duration", "1s", "--out", "gpu.csv"], folder.path)).exit).toBe(4);
    expect(existsSync(file("gpu.csv"))).toBe(false);
  });

  const inFolderTest = existsSync("/proc/driver/nvidia/version") ? noDriverTest : fakeTest;
  inFolderTest("a library or program that lies in the working directory is none", async () => {
    const { path } = fakes.make();
    copyFileSync(path, file("libnvidia-ml.so.1"));
    writeFileSync(file("nvidia-smi"), "#!/bin/sh\ntouch executed\n");
    chmodSync(file("nvidia-smi"), 0o755);
    const { exit } = await run(["gpu"], folder.path);
    expect([exit, existsSync(file("executed"))]).toEqual([4, false]);
  });
});

test("where NVML cannot be loaded, nvidia-smi answers, and it is said", async () => {
  writeFileSync(
    file("nvidia-smi"),
    '#!/bin/bash\nwhile :; do echo "0, GPU-a, 1000, 81559, 55, 300.5, 60, 1980, 2600, 9"; sleep 0.05; done\n',
  );
  chmodSync(file("nvidia-smi"), 0o755);
  const env = { PATH: `${folder.path}:/usr/bin:/bin`, INFERBENCH_NVML: "/none/libnvidia-ml.so.1" };
  const table = await run(["gpu"], folder.path, env);
  expect([table.exit, table.stdout.includes("0 GPU-a  1,000/81,559     55")]).toEqual([0, true]);
  expect(table.stderr).toContain("NVML cannot be used (no /none/libnvidia-ml.so.1)");
  const json = JSON.parse((await run(["gpu", "--json"], folder.path, env)).stdout);
  expect(json).toMatchObject({
    source: { kind: "nvidia-smi" },
    gpus: [{ uuid: "GPU-a", powerW: 300.5, energyJ: null }],
  });
});

describe("beside a load test", () => {
  const serving = (...flags: string[]) => [
    "serving",
    "--endpoint",
    `${mock.url}/v1/completions`,
    "--outdir",
    "out",
    "--output-tokens",
    "8",
    ...flags,
  ];
  const summary = () => JSON.parse(readFileSync(file("out/summary.json"), "utf8"));

  fakeTest("figures of the run's own window, of the GPUs that are chosen", async () => {
    const fake = fakes.make(["gpus 2"]);
    const flags = [
      "--rate",
      "20",
      "--duration",
      "2s",
      "--gpu-monitor=require",
      "--gpu",
      "1",
      "--gpu-interval",
      "20ms",
    ];
    const { exit, stdout } = await run(serving(...flags), folder.path, fake.env);
    expect([exit, stdout.includes("GPU 1: utilisation mean 37")]).toEqual([0, true]);
    expect(summary().gpu).toMatchObject({
      problem: null,
      source: { kind: "nvml" },
      devices: [{ index: 1, powerW: { mean: 300.5 }, memoryPeakMib: 1024 }],
    });
    expect(new Set(column(file("out/gpu_memory.csv"), "gpu_index"))).toEqual(new Set(["1"]));
    const first = Number(column(file("out/gpu_memory.csv"), "timestamp")[0]);
    expect(Math.abs(first - summary().whole.startUnixMs / 1000)).toBeLessThan(30);
  });

  fakeTest(
    "a sampler that dies half-way: the requests are all there, and it says where GPU figures end",
    async () => {
      const fake = fakes.make();
      const args = serving(
        "--rate",
        "50",
        "--duration",
        "4s",
        "--gpu-monitor=require",
        "--gpu-interval",
        "20ms",
      );
      const running = start([binary, ...args], folder.path, fake.env);
      await untilLines(file("out/requests.jsonl"), 30);
      fake.lose(0);
      const { exit, stderr } = await running.outcome;
      expect(exit).toBe(0);
      const { whole, gpu, warnings } = summary();
      expect(whole.requests.succeeded).toBe(linesOf(file("out/requests.jsonl")).length);
      expect(whole.requests.failed).toBe(0);
      expect(gpu.problem).toMatch(/^GPU figures end at \S+Z \(GPU_IS_LOST\)$/);
      expect(warnings.map(({ code }: { code: string }) => code)).toContain("gpu");
      expect(stderr).toContain(gpu.problem);
      const rows = linesOf(file("out/gpu_memory.csv"));
      expect(rows.length).toBeGreaterThan(gpu.devices[0].n);
      const lastS = Number(rows.at(-1)!.split(",")[0]);
      expect(lastS).toBeLessThan(whole.startUnixMs / 1000 + whole.durationS);
    },
  );

  fakeTest("a driver that takes 200 ms a call does not delay the load", async () => {
    const fake = fakes.make(["slow nvmlDeviceGetPowerUsage 200", "slow nvmlDeviceGetUtilizationRates 200"]);
    const flags = ["--rate", "50", "--arrival", "constant", "--duration", "4s"];
    const args = serving(...flags, "--gpu-monitor=require", "--gpu-interval", "10ms");
    const { exit } = await run(args, folder.path, fake.env);
    expect(exit).toBe(0);
    const { whole, gpu } = summary();
    expect(gpu.sampler.readMs).toBeGreaterThan(350);
    expect(gpu.devices[0].n).toBeGreaterThanOrEqual(2);
    // Were the calls made where the load is, half the sends would be late by hundreds of ms.
    expect(whole.metrics.lateness.quantiles.p50.value).toBeLessThan(50);
  });

  fakeTest("a monitor that cannot start costs only its figures, unless it is required", async () => {
    const fake = fakes.make(["fail nvmlInit_v2 * 18"]);
    const brief = ["--concurrency", "2", "--num-prompts", "4"];
    const without = await run(serving(...brief, "--gpu-monitor"), folder.path, fake.env);
    expect(without.exit).toBe(0);
    expect(summary().gpu).toMatchObject({ devices: [], source: null });
    expect(summary().gpu.problem).toContain("LIB_RM_VERSION_MISMATCH");
    const required = await run(
      serving(...brief, "--gpu-monitor=require", "--overwrite"),
      folder.path,
      fake.env,
    );
    expect([required.exit, required.stderr.includes("LIB_RM_VERSION_MISMATCH")]).toEqual([4, true]);
    const alone = await run(serving(...brief, "--gpu", "0", "--overwrite"), folder.path, fake.env);
    expect([alone.exit, alone.stderr.includes("--gpu-monitor")]).toEqual([2, true]);
  });
});
