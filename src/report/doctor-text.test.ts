import { expect, test } from "bun:test";
import { fail, ok, warn } from "../benchmarks/doctor/check.ts";
import { doctorText } from "./doctor-text.ts";

const host = {
  name: "gpu-1",
  os: "Debian GNU/Linux 12 (bookworm)",
  kernel: "6.8.0",
  arch: "x64",
  vendor: null,
  product: null,
  container: null,
};

test("one line each in 80 columns, with what to do below it", () => {
  const path = `/home/someone/${"a-long-folder-name".repeat(5)}`;
  const text = doctorText(host, "1.0", [
    ok("gpu", "1 × NVIDIA H100 80GB HBM3, driver 580.65.06, CUDA 13.0 (/usr/bin/nvidia-smi)"),
    warn("rapl", "permission: energy_uj is for root alone", "Run as root."),
    fail("o-direct", path, "Name another directory."),
  ]);
  expect(text.split("\n").filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
  expect(text).toBe(`inferbench 1.0 doctor
gpu-1 · Debian GNU/Linux 12 (bookworm) · 6.8.0 · x64

ok    GPU         1 × NVIDIA H100 80GB HBM3, driver 580.65.06, CUDA 13.0
                  (/usr/bin/nvidia-smi)
warn  CPU energy  permission: energy_uj is for root alone
                  → Run as root.
fail  O_DIRECT    ${path.slice(0, 62)}
                  ${path.slice(62)}
                  → Name another directory.

1 ok · 1 warn · 1 fail`);
});
