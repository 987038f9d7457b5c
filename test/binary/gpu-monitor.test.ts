import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";
import { startMockProcess } from "../support/mock-process.ts";

setDefaultTimeout(60_000);

const folder = folderForEach();

/** A stand-in nvidia-smi that reads for 20 s; it notes its pid, and takes the run's directory away first. */
function fakeSmi(outdir: string): { path: string; pid: () => number } {
  const place = join(folder.path, "bin");
  mkdirSync(place);
  const lines = [
    "#!/bin/sh",
    'case "$*" in *--loop-ms*) ;; *) exit 1 ;; esac',
    `echo $$ >"${place}/pid"`,
    `rm -rf "${outdir}"`,
    "trap '' PIPE",
    "for i in $(seq 400); do echo '0, 1000, 80000, 50, 300.50, 40, 1800'; sleep 0.05; done 2>/dev/null",
  ];
  writeFileSync(join(place, "nvidia-smi"), `${lines.join("\n")}\n`);
  chmodSync(join(place, "nvidia-smi"), 0o755);
  return {
    path: `${place}:/usr/bin:/bin`,
    pid: () => Number(readFileSync(join(place, "pid"), "utf8")),
  };
}

test("a start that fails after the GPU monitor's leaves no nvidia-smi behind", async () => {
  const mock = await startMockProcess("--ttft", "5ms", "--itl", "1ms");
  const smi = fakeSmi(join(folder.path, "out"));
  const args = ["serving", "--endpoint", `${mock.url}/v1/completions`, "--outdir", "out", "--gpu-monitor"];
  const { exit, stderr } = await run([...args, "--num-prompts", "3"], folder.path, { PATH: smi.path });
  await mock.stop();
  expect([exit, stderr.includes("metadata.yaml")]).toEqual([2, true]);
  const status = `/proc/${smi.pid()}/status`;
  expect(existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, "utf8"))).toBe(false);
});
