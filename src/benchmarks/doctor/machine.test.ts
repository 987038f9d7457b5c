import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fakeZone } from "../../telemetry/energy/rapl.fake.ts";
import { clockCheck } from "./clock.ts";
import { cpuCheck, governorCheck } from "./cpu.ts";
import { directIoCheck, diskCheck } from "./disk.ts";
import { gpuCheck, nvmlCheck } from "./gpu.ts";
import { ioUringCheck } from "./io-uring.ts";
import { memoryCheck } from "./memory.ts";
import { openFilesCheck } from "./open-files.ts";
import { raplCheck } from "./rapl.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "inferbench-doctor-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let trees = 0;
let root = "";
beforeEach(() => {
  root = join(folder, `root${trees++}`);
  mkdirSync(root);
});

function put(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const machine = (env: Record<string, string> = { PATH: "/nowhere" }) => ({ root, env });

describe("GPU", () => {
  /** A stand-in nvidia-smi in a folder of its own, which is PATH. */
  function smi(body: string): Record<string, string> {
    put({ "bin/nvidia-smi": `#!/bin/sh\n${body}\n` });
    chmodSync(join(root, "bin/nvidia-smi"), 0o755);
    return { PATH: join(root, "bin") };
  }

  test("of the driver's own program, counted by name", async () => {
    const row = (index: number, name: string) =>
      `echo "${index}, ${name}, GPU-${index}, 0000:0${index}:00.0, 81559, 700.00, 580.65.06"`;
    const env = smi(
      `case "$1" in --query*) ${row(0, "NVIDIA H100")}; ${row(1, "NVIDIA H100")}; ${row(2, "NVIDIA L4")};; *) echo "CUDA Version: 13.0";; esac`,
    );
    expect(await gpuCheck(machine(env))).toMatchObject({
      status: "ok",
      found: `2 × NVIDIA H100, 1 × NVIDIA L4, driver 580.65.06, CUDA 13.0 (${join(root, "bin/nvidia-smi")})`,
    });
  });

  test("a program that names none: says what the kernel has", async () => {
    const env = smi("exit 9");
    expect((await gpuCheck(machine(env))).found).toContain("the kernel has no driver loaded");
    put({ "proc/driver/nvidia/version": "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun\n" });
    expect(await gpuCheck(machine(env))).toMatchObject({
      status: "warn",
      found: expect.stringContaining("; the kernel has driver 580.65.06"),
    });
  });

  test("none", async () => {
    expect(await gpuCheck(machine())).toMatchObject({
      status: "warn",
      isThere: false,
      found: expect.stringContaining("no NVIDIA driver found"),
    });
  });

  test("its library, by the loader's variable, the loader's cache and the usual places", () => {
    expect(nvmlCheck(machine())).toMatchObject({ status: "warn", isThere: false });
    put({ "home/kubernetes/bin/nvidia/lib64/libnvidia-ml.so.1": "" });
    expect(nvmlCheck(machine()).found).toBe(join(root, "home/kubernetes/bin/nvidia/lib64/libnvidia-ml.so.1"));
    put({
      "opt/driver/libnvidia-ml.so.1": "",
      "etc/ld.so.cache":
        "glibc-ld.so.cache1.1\0libnvidia-ml.so.1\0/gone/libnvidia-ml.so.1\0/opt/driver/libnvidia-ml.so.1\0",
    });
    expect(nvmlCheck(machine()).found).toBe(join(root, "opt/driver/libnvidia-ml.so.1"));
    put({ "own/libnvidia-ml.so.1": "" });
    const env = { LD_LIBRARY_PATH: `relative:${join(root, "own")}` };
    expect(nvmlCheck(machine(env))).toMatchObject({
      status: "ok",
      found: join(root, "own/libnvidia-ml.so.1"),
    });
  });
});

test("CPU energy: there, or why not", () => {
  expect(raplCheck(machine())).toMatchObject({ status: "warn", advice: expect.stringContaining("modprobe") });
  fakeZone(root, "intel-rapl:0", "package-0", 1);
  fakeZone(root, "intel-rapl:1", "psys", 1);
  expect(raplCheck(machine())).toMatchObject({ status: "ok", found: "energy counters package-0, psys" });
});

describe("CPU", () => {
  const cpus = (allowed: string) =>
    put({
      "proc/cpuinfo": "processor\t: 0\nmodel name\t: AMD EPYC 9654\n",
      "sys/devices/system/cpu/online": "0-63\n",
      "proc/self/status": `Cpus_allowed_list:\t${allowed}\n`,
    });

  test("how many, and for whom", () => {
    cpus("0-63");
    expect(cpuCheck(machine())).toMatchObject({ status: "ok", found: "64 CPUs, AMD EPYC 9654" });
    cpus("0-7");
    put({ "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n" });
    expect(cpuCheck(machine())).toMatchObject({
      status: "warn",
      found: "64 CPUs, AMD EPYC 9654, 8 for this process, cgroup quota 1.5 CPUs",
    });
  });

  test("the governor of all of them", () => {
    expect(governorCheck(machine())).toMatchObject({ status: "ok", isThere: false });
    const governor = (cpu: number) => `sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`;
    put({ [governor(0)]: "performance\n", [governor(1)]: "performance\n" });
    put({ "sys/devices/system/cpu/cpufreq/policy0/x": "" });
    expect(governorCheck(machine())).toMatchObject({ status: "ok", isThere: true, found: "performance" });
    put({ [governor(1)]: "powersave\n" });
    expect(governorCheck(machine())).toMatchObject({ status: "warn", found: "performance, powersave" });
  });
});

test("the clock source: a slow one is a warning", () => {
  expect(clockCheck(machine()).status).toBe("warn");
  const clocks = "sys/devices/system/clocksource/clocksource0";
  put({ [`${clocks}/current_clocksource`]: "kvm-clock\n" });
  expect(clockCheck(machine())).toMatchObject({ status: "ok", found: "kvm-clock" });
  put({
    [`${clocks}/current_clocksource`]: "hpet\n",
    [`${clocks}/available_clocksource`]: "tsc hpet acpi_pm\n",
  });
  expect(clockCheck(machine())).toMatchObject({
    status: "warn",
    found: "hpet, of tsc hpet acpi_pm",
    advice: expect.stringContaining("echo tsc"),
  });
});

test("memory: what is free, and what the cgroup allows", () => {
  expect(memoryCheck(machine()).status).toBe("warn");
  put({ "proc/meminfo": "MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n" });
  expect(memoryCheck(machine())).toMatchObject({ status: "ok", found: "8.19 GB free of 16.4 GB" });
  put({ "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "536870912\n" });
  expect(memoryCheck(machine())).toMatchObject({
    status: "warn",
    found: "8.19 GB free of 16.4 GB, cgroup limit 537 MB",
  });
});

test("open files: too few for many requests", () => {
  expect(openFilesCheck({ soft: 1024, hard: 1024 })).toMatchObject({
    status: "warn",
    found: "1,024 at once, hard limit 1,024",
  });
  expect(openFilesCheck({ soft: 65_536, hard: 2 ** 64 })).toMatchObject({
    status: "ok",
    found: "65,536 at once, hard limit none",
  });
});

describe("disk", () => {
  test("which one, and how full", () => {
    put({ "proc/self/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n" });
    expect(diskCheck(machine(), folder).found).toMatch(/: [\d.]+ [kMGT]?B free of .*, ext4 on \/dev\/sda1$/);
    put({ "proc/self/mountinfo": "1 0 0:5 / / rw - tmpfs tmpfs rw\n" });
    expect(diskCheck(machine(), folder)).toMatchObject({
      status: "warn",
      advice: expect.stringContaining("memory, not a disk"),
    });
  });

  test("reads past the page cache", () => {
    expect(directIoCheck("/data", () => ({ ok: true }))).toMatchObject({ status: "ok" });
    expect(directIoCheck("/data", () => ({ ok: false, reason: "EINVAL: invalid argument" }))).toMatchObject({
      status: "warn",
      found: "/data: EINVAL: invalid argument",
    });
  });
});

test("io_uring: what stands in the way is told apart", () => {
  put({ "proc/sys/kernel/osrelease": "6.8.0\n" });
  expect(ioUringCheck(machine(), 0)).toMatchObject({ status: "ok", found: "works (kernel 6.8.0)" });
  expect(ioUringCheck(machine(), 1).found).toContain("seccomp");
  put({ "proc/sys/kernel/io_uring_disabled": "2\n" });
  expect(ioUringCheck(machine(), 1)).toMatchObject({
    found: "kernel.io_uring_disabled is 2",
    advice: expect.stringContaining("sysctl"),
  });
  expect(ioUringCheck(machine(), 38).found).toBe("not in this kernel (6.8.0)");
  expect(ioUringCheck(machine(), 12).found).toContain("locked memory");
  expect(ioUringCheck(machine(), 99)).toMatchObject({ status: "warn", found: expect.stringContaining("99") });
});
