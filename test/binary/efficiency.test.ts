import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { type MockProcess, startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

let mock: MockProcess;
beforeAll(async () => {
  mock = await startMockProcess("--ttft", "20ms", "--itl", "2ms");
});
afterAll(() => mock.stop());

const folder = folderForEach();

function serving(...flags: string[]): string[] {
  const load = ["--concurrency", "4", "--output-tokens", "8"];
  return ["serving", "--endpoint", `${mock.url}/v1/completions`, "--outdir", "out", ...load, ...flags];
}
/** 40 requests of 8 tokens. */
const brief = ["--num-prompts", "40"];
const summary = () => JSON.parse(readFileSync(join(folder.path, "out/summary.json"), "utf8"));

test("energy of a stand-in GPU, net of its idle power", async () => {
  // 100 W until the first records are on disk, about a second into the run; 300 W from then on.
  writeFileSync(
    join(folder.path, "nvidia-smi"),
    `#!/bin/bash
while :; do
  if [ -s out/requests.jsonl ]; then w=300.0; else w=100.0; fi
  echo "0, GPU-a, 1000, 81559, 55, $w, 60, 1980, 2600, 9"; sleep 0.05
done
`,
  );
  chmodSync(join(folder.path, "nvidia-smi"), 0o755);
  const env = { PATH: `${folder.path}:/usr/bin:/bin`, INFERBENCH_NVML: "/none/libnvidia-ml.so.1" };
  const flags = ["--gpu-monitor=require", "--gpu-interval", "50ms", "--idle-baseline", "1s"];
  const { exit, stdout } = await run(
    serving("--num-prompts", "250", ...flags, "--grid-intensity", "360"),
    folder.path,
    env,
  );
  expect(exit).toBe(0);
  const { whole, energy } = summary();
  expect(energy.idleS).toBeGreaterThanOrEqual(1);
  const { gpus } = whole.energy;
  expect(gpus.idlePowerW).toBeCloseTo(100, 6);
  expect(gpus.meanPowerW).toBeGreaterThan(100);
  expect(gpus.meanPowerW).toBeLessThan(300);
  expect(gpus.joules).toBeCloseTo(gpus.meanPowerW * whole.durationS, 3);
  expect(gpus.netJoules).toBeCloseTo(gpus.joules - 100 * whole.durationS, 3);
  expect(gpus.joulesPerOutputToken).toBeCloseTo(gpus.joules / 2000, 6);
  expect(gpus.co2Grams).toBeCloseTo(gpus.joules / 10_000, 6);
  expect(stdout).toContain("GPU energy");
});

test("cost by the built-in sheet, by the user's own, and by the hour", async () => {
  const built = await run(serving(...brief, "--price", "gce:a2-highgpu-1g"), folder.path);
  expect([built.exit, built.stdout.includes("per million output tokens")]).toEqual([0, true]);
  expect(built.stderr).toContain("the price of gce:a2-highgpu-1g was read on 2025-03-06");
  const { whole, price } = summary();
  expect(price).toMatchObject({ usdPerHour: 3.673385, region: "us-central1" });
  expect(whole.cost.usdPerMOutputTokens).toBeCloseTo(((3.673385 * whole.durationS) / 3600 / 320) * 1e6, 6);

  writeFileSync(
    join(folder.path, "prices.yaml"),
    "gce:a2-highgpu-1g: {usdPerHour: 7.2, date: 2026-11-09, source: invoice}\n",
  );
  const own = ["--price", "gce:a2-highgpu-1g", "--price-sheet", "prices.yaml", "--slo", "ttft=10s,p99"];
  expect((await run(serving(...brief, ...own, "--overwrite"), folder.path)).exit).toBe(0);
  expect(summary().price).toMatchObject({ usdPerHour: 7.2, source: "invoice" });
  expect(summary().whole.cost.usdPerMGoodOutputTokens).toBeCloseTo(
    summary().whole.cost.usdPerMOutputTokens,
    9,
  );

  expect((await run(serving(...brief, "--machine-cost", "3600", "--overwrite"), folder.path)).exit).toBe(0);
  expect(summary().whole.cost.usd).toBeCloseTo(summary().whole.durationS, 9);
});

test("a price sheet with a mistake is wrong usage, before any load", async () => {
  writeFileSync(join(folder.path, "prices.yaml"), "lab:1: {usdPerHour: much, date: 2026-11-09, source: x}\n");
  const flags = ["--price", "lab:1", "--price-sheet", "prices.yaml"];
  const { exit, stdout, stderr } = await run(serving(...brief, ...flags), folder.path);
  expect([exit, stdout]).toEqual([2, ""]);
  expect(stderr).toContain('prices.yaml: lab:1.usdPerHour: "much" is not a number');
});
