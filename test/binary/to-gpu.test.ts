import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseCsv } from "../../src/results/csv.ts";
import { type FakeCuda, FakeCudas } from "../fakes/cuda.ts";
import { fakeTest } from "../fakes/fake-library.ts";
import { FakeNvmls } from "../fakes/nvml.ts";
import { binary, linesOf, type Running, run, start, untilLines } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { startRedis } from "../support/redis.ts";

setDefaultTimeout(60_000);

const fakes = new FakeCudas();
const nvmls = new FakeNvmls();
afterAll(() => {
  fakes.remove();
  nvmls.remove();
});
const folder = folderForEach();

const SAMPLES = ["--sample-count", "24", "--sample-size-kb", "uniform:1,40"];
const QUIET = ["--no-cloud-probe", "--no-calibrate", "--compute-ms", "1"];
const path = (...names: string[]) => join(folder.path, "metrics/r", ...names);
const summary = () => JSON.parse(readFileSync(path("summary.json"), "utf8"));

function toGpu(flags: readonly string[], env: Readonly<Record<string, string>>): Running {
  return start([binary, "storage", "--to-gpu", "--run-name", "r", ...QUIET, ...flags], folder.path, {
    ...env,
  });
}
/** GPUs whose contexts were taken, each as often as it was given back. */
function gpusOf({ log }: FakeCuda): string[] {
  const of = (word: string) =>
    log().flatMap((line) => (line.startsWith(`${word} `) ? [line.split(" ")[1]!] : []));
  expect(of("release").sort()).toEqual(of("retain").sort());
  expect(log().filter((line) => line === "unregister").length).toBe(of("retain").length);
  expect(log().filter((line) => line === "free").length).toBe(of("retain").length);
  return of("retain").sort();
}
/** What all copies together come to where each sample was copied so many times. */
function samplesAs(times: number, root = "data/serving"): string[] {
  const [, ...rows] = parseCsv(readFileSync(join(folder.path, root, "inferbench-samples.csv"), "utf8"));
  const lines = rows.map(([, , bytes, crc]) => `copy ${bytes} ${Number(crc).toString(16).padStart(8, "0")}`);
  return lines.flatMap((line) => Array<string>(times).fill(line));
}
const copiesOf = ({ log }: FakeCuda) => log().filter((line) => line.startsWith("copy "));

fakeTest(
  "every byte of each microbatch comes to the GPU, through a libcuda that the loader finds",
  async () => {
    const fake = fakes.make(["name 0 NVIDIA H200", "copy_us 200"]);
    const flags = ["--steps", "5", "--warmup-steps", "1", "--gbs", "8", "--mbs", "4", "--verify"];
    const { exit, stdout, stderr } = await toGpu([...SAMPLES, ...flags], fake.loaderEnv).outcome;
    expect([exit, exit === 0 ? "" : stderr]).toEqual([0, ""]);
    // 6 steps of 8 samples are two epochs of 24.
    expect(copiesOf(fake).sort()).toEqual(samplesAs(2).sort());
    expect(gpusOf(fake)).toEqual(["0"]);

    const { toGpu: figures, metrics } = summary();
    expect(figures).toMatchObject({
      devices: [{ rank: 0, name: "NVIDIA H200", pciBusId: "0000:04:00.0" }],
      cudaVersion: "12.8",
      verified: true,
    });
    const [header = [], ...rows] = parseCsv(readFileSync(path("microbatches/0.csv"), "utf8"));
    const column = (name: string) =>
      rows.filter(([step]) => Number(step) >= 0).map((row) => Number(row[header.indexOf(name)]));
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(metrics.microbatchCopyMs.n).toBe(10);
    expect(metrics.microbatchCopyMs.mean).toBeCloseTo(sum(column("copyMs")) / 10, 3);
    expect(metrics.microbatchCopyMs.min).toBeGreaterThanOrEqual(0.8);
    expect(figures.bytes).toBe(sum(column("bytes")));
    expect(figures.bytesPerS / (sum(column("bytes")) / (sum(column("copyMs")) / 1000))).toBeCloseTo(1, 3);
    expect(figures.loadShare).toBeGreaterThan(0);
    expect(figures.loadShare).toBeLessThan(1);
    expect(stdout).toContain("To GPU      NVIDIA H200 at 0000:04:00.0, CUDA 12.8\n");
    expect(stdout).toContain("of it, copying");
    // The seed's columns stay the seed's.
    const seed = linesOf(path("per_microbatch_data_loading_time/0.csv"));
    expect(seed.length).toBe(10);
    expect(seed[0]).toMatch(/^0,0,\d+\.\d{6}\r?$/);
    expect(parse(readFileSync(path("metadata.yaml"), "utf8")).plan).toMatchObject({
      toGpu: true,
      gpu: { name: "NVIDIA H200" },
    });
  },
);

fakeTest("a copy that fails in the middle ends the run, with what was measured", async () => {
  const fake = fakes.make(["fail cuMemcpyHtoDAsync_v2 700 100"]);
  const { exit, stdout, stderr } = await toGpu(
    [...SAMPLES, "--steps", "1000", "--gbs", "4", "--mbs", "2"],
    fake.env,
  ).outcome;
  expect([exit, stdout.includes("FAILED")]).toEqual([1, true]);
  expect(stderr).toContain(
    "copying to NVIDIA Fake 0 failed: cuMemcpyHtoDAsync_v2 says CUDA_ERROR_ILLEGAL_ADDRESS",
  );
  expect(stderr).not.toContain("    at ");
  const { steps } = summary();
  expect(steps.done).toBeGreaterThan(0);
  expect(steps.done).toBeLessThanOrEqual(25);
  expect(linesOf(path("per_step_data_loading_time/0.csv")).length).toBe(steps.done);
  expect(gpusOf(fake)).toEqual(["0"]);
});

fakeTest("Ctrl-C gives the GPU's memory and the pinned buffers back", async () => {
  const fake = fakes.make();
  const running = toGpu([...SAMPLES, "--steps", "1000000"], fake.env);
  await untilLines(path("steps/0.csv"), 3);
  running.kill("SIGINT");
  const { exit, stdout } = await running.outcome;
  expect([exit, stdout.includes("INTERRUPTED")]).toEqual([130, true]);
  expect(gpusOf(fake)).toEqual(["0"]);
});

test("without CUDA: exit 4 with what to do, and nothing is made", async () => {
  const { exit, stderr } = await toGpu(SAMPLES, { INFERBENCH_CUDA: "/none/libcuda.so.1" }).outcome;
  expect(stderr).toContain("--to-gpu: no /none/libcuda.so.1");
  expect(stderr).toContain("It comes with NVIDIA's driver.");
  expect(exit).toBe(4);
  expect([existsSync(path()), existsSync(join(folder.path, "data"))]).toEqual([false, false]);
});

fakeTest("a GPU without room, and one that CUDA hides: exit 4", async () => {
  const full = fakes.make(["memory 1000"]);
  const first = await toGpu(SAMPLES, full.env).outcome;
  expect([first.exit, first.stderr.includes("CUDA_ERROR_OUT_OF_MEMORY")]).toEqual([4, true]);
  expect(first.stderr).toContain("nvidia-smi shows who holds the GPU's memory.");
  expect(existsSync(path("summary.json"))).toBe(false);

  const hidden = await toGpu(SAMPLES, { ...fakes.make().env, CUDA_VISIBLE_DEVICES: "" }).outcome;
  expect([hidden.exit, hidden.stderr.includes("CUDA_ERROR_NO_DEVICE")]).toEqual([4, true]);
});

fakeTest("what cannot be had together is refused", async () => {
  const search = ["storage", "--to-gpu", "--preset", "resnet50-h100", "--find-accelerators"];
  const { exit, stderr } = await run(search, folder.path, { ...fakes.make().env });
  expect([exit, stderr.includes("--to-gpu has one")]).toEqual([2, true]);
});

fakeTest("--gpu has the driver's numbers, also where CUDA's are others", async () => {
  // CUDA's first is the driver's second.
  const cuda = fakes.make(["gpus 2", "bus 0 5", "bus 1 4"]);
  const nvml = nvmls.make(["gpus 2"]);
  const env = { ...cuda.env, ...nvml.env };
  const flags = ["--steps", "1", "--gbs", "4", "--mbs", "2"];
  const byNumber = await toGpu([...SAMPLES, ...flags, "--gpu", "0"], env).outcome;
  expect([byNumber.exit, byNumber.exit === 0 ? "" : byNumber.stderr]).toEqual([0, ""]);
  expect(gpusOf(cuda)).toEqual(["1"]);
  expect(summary().toGpu.devices).toEqual([{ rank: 0, name: "NVIDIA Fake 1", pciBusId: "0000:04:00.0" }]);
});

fakeTest("data elsewhere goes to the GPU too", async () => {
  const made = fakes.make();
  await toGpu([...SAMPLES, "--steps", "1", "--gbs", "4", "--mbs", "2"], made.env).outcome;
  const root = join(folder.path, "data/serving");
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const file = Bun.file(join(root, new URL(request.url).pathname));
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
      if (range === null) return new Response(file);
      const [, first, last] = range;
      return new Response(file.slice(Number(first), Number(last) + 1), {
        status: 206,
        headers: { "content-range": `bytes ${first}-${last}/${file.size}` },
      });
    },
  });
  try {
    const fake = fakes.make(["copy_us 200"]);
    const flags = [
      "--steps",
      "11",
      "--gbs",
      "2",
      "--mbs",
      "2",
      "--overwrite",
      "--data-root",
      server.url.href,
    ];
    const { exit, stderr } = await toGpu(flags, fake.env).outcome;
    expect([exit, exit === 0 ? "" : stderr]).toEqual([0, ""]);
    expect(copiesOf(fake).sort()).toEqual(samplesAs(1).sort());
  } finally {
    await server.stop(true);
  }
});

fakeTest("each rank copies to the GPU of its local rank, and the summary has both", async () => {
  const redis = await startRedis();
  try {
    const fake = fakes.make(["gpus 2"]);
    const flags = [...SAMPLES, "--steps", "6", "--warmup-steps", "0", "--gbs", "8", "--mbs", "2"];
    const running = [0, 1].map((rank) =>
      toGpu(flags, {
        ...fake.env,
        RANK: String(rank),
        LOCAL_RANK: String(rank),
        WORLD_SIZE: "2",
        MASTER_ADDR: "127.0.0.1",
        MASTER_PORT: String(redis.port),
      }),
    );
    const outcomes = await Promise.all(running.map(({ outcome }) => outcome));
    expect(outcomes.map(({ exit, stderr }) => (exit === 0 ? "" : stderr))).toEqual(["", ""]);
    expect(gpusOf(fake)).toEqual(["0", "1"]);
    expect(copiesOf(fake).sort()).toEqual(samplesAs(2).sort());
    const { toGpu: figures, metrics } = summary();
    expect(figures.devices).toEqual([
      { rank: 0, name: "NVIDIA Fake 0", pciBusId: "0000:04:00.0" },
      { rank: 1, name: "NVIDIA Fake 1", pciBusId: "0000:05:00.0" },
    ]);
    expect(metrics.microbatchCopyMs.n).toBe(24);
    expect(figures.bytes).toBe(copiesOf(fake).reduce((sum, line) => sum + Number(line.split(" ")[1]), 0));
  } finally {
    redis.stop();
  }
});

fakeTest("a rank without CUDA is named by the others", async () => {
  const redis = await startRedis();
  try {
    const fake = fakes.make();
    const running = [fake.env, { INFERBENCH_CUDA: "/none/libcuda.so.1" }].map((env, rank) =>
      toGpu([...SAMPLES, "--steps", "6", "--gbs", "8", "--mbs", "2"], {
        ...env,
        RANK: String(rank),
        WORLD_SIZE: "2",
        MASTER_ADDR: "127.0.0.1",
        MASTER_PORT: String(redis.port),
      }),
    );
    const [first, second] = await Promise.all(running.map(({ outcome }) => outcome));
    expect([second!.exit, second!.stderr.includes("no /none/libcuda.so.1")]).toEqual([4, true]);
    expect([first!.exit, first!.stderr.includes("rank 1 is lost: --to-gpu: no /none/libcuda.so.1")]).toEqual([
      1,
      true,
    ]);
  } finally {
    redis.stop();
  }
});
