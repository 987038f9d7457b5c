import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGpus } from "./gpus.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-smi-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let programs = 0;

/** A stand-in nvidia-smi: `query` when asked for a table, else `banner`. */
function fakeSmi(query: string, banner: string): string {
  const path = join(folder, `nvidia-smi-${programs++}`);
  writeFileSync(path, `#!/bin/sh\ncase "$1" in --query-gpu=*)\n${query}\n;; *)\n${banner}\n;; esac\n`);
  chmodSync(path, 0o755);
  return path;
}

const TABLE = `cat <<'END'
0, NVIDIA H200, GPU-1b0c, 00000000:04:00.0, 143771, 700.00, 570.86.15
1, NVIDIA "X", GPU-2, 00000000:05:00.0, [N/A], [Not Supported], 570.86.15
END`;
const BANNER = `echo '| NVIDIA-SMI 570.86.15    Driver Version: 570.86.15    CUDA Version: 12.8     |'`;

test("reads devices, driver and CUDA", async () => {
  const found = await readGpus(fakeSmi(TABLE, BANNER));
  expect(found).toMatchObject({ driverVersion: "570.86.15", cudaVersion: "12.8" });
  expect(found?.devices).toEqual([
    {
      index: 0,
      name: "NVIDIA H200",
      uuid: "GPU-1b0c",
      pciBusId: "00000000:04:00.0",
      memoryTotalMib: 143771,
      powerLimitW: 700,
    },
    {
      index: 1,
      name: 'NVIDIA "X"',
      uuid: "GPU-2",
      pciBusId: "00000000:05:00.0",
      memoryTotalMib: null,
      powerLimitW: null,
    },
  ]);
});

test("goes without CUDA's version when only that is missing", async () => {
  expect(await readGpus(fakeSmi(TABLE, "exit 1"))).toMatchObject({
    cudaVersion: null,
    driverVersion: "570.86.15",
  });
});

test("is null without a program, a driver, a GPU or an answer", async () => {
  const failed =
    "echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'; exit 9";
  expect(await readGpus(null)).toBeNull();
  expect(await readGpus(join(folder, "none"))).toBeNull();
  expect(await readGpus(fakeSmi(failed, failed))).toBeNull();
  expect(await readGpus(fakeSmi("echo No devices were found", BANNER))).toBeNull();
  const started = performance.now();
  expect(await readGpus(fakeSmi("sleep 3", "exec sleep 3"), 150)).toBeNull();
  expect(performance.now() - started).toBeLessThan(2000);
});
