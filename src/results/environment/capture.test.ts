import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { captureEnvironment } from "./capture.ts";
import { readCgroupLimits } from "./cgroup.ts";
import { countCpus, readCpu } from "./cpu.ts";
import { readDisk } from "./disk.ts";
import { readHost } from "./host.ts";
import { readMemory } from "./memory.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "inferbench-env-")));
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

describe("host", () => {
  test("is read from the kernel, os-release and the firmware", () => {
    put({
      "proc/sys/kernel/hostname": "gpu-1\n",
      "proc/sys/kernel/osrelease": "6.8.0-1015-gcp\n",
      "etc/os-release": 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
      "sys/class/dmi/id/sys_vendor": "Google\n",
      "sys/class/dmi/id/product_name": "Google Compute Engine\n",
    });
    expect(readHost(root, {})).toEqual({
      name: "gpu-1",
      os: "Debian GNU/Linux 12 (bookworm)",
      kernel: "6.8.0-1015-gcp",
      arch: process.arch,
      vendor: "Google",
      product: "Google Compute Engine",
      container: null,
    });
  });

  test("notices containers", () => {
    expect(readHost(root, { KUBERNETES_SERVICE_HOST: "10.0.0.1" }).container).toBe("kubernetes");
    put({ "proc/self/cgroup": "0::/kubepods.slice/pod1/cri-containerd-ab.scope\n" });
    expect(readHost(root, {}).container).toBe("kubernetes");
    put({ ".dockerenv": "" });
    expect(readHost(root, {}).container).toBe("docker");
    put({ "run/.containerenv": "" });
    expect(readHost(root, {}).container).toBe("podman");
  });
});

describe("cpu and memory", () => {
  test("of an x86 machine that gives this process a part", () => {
    put({
      "proc/cpuinfo":
        "processor\t: 0\nmodel name\t: AMD EPYC 9654\nprocessor\t: 1\nmodel name\t: AMD EPYC 9654\n",
      "sys/devices/system/cpu/online": "0-63\n",
      "proc/self/status": "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t0-3,8\n",
      "proc/meminfo": "MemTotal:       1000 kB\nMemFree:        10 kB\nMemAvailable:   500 kB\n",
    });
    expect(readCpu(root)).toEqual({ model: "AMD EPYC 9654", logicalCount: 64, allowedCount: 5 });
    expect(readMemory(root)).toEqual({ totalBytes: 1_024_000, availableBytes: 512_000 });
  });

  test("of Arm machines", () => {
    put({ "proc/cpuinfo": "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd4f\n" });
    expect(readCpu(root)).toEqual({ model: "Arm Neoverse-V2", logicalCount: 1, allowedCount: null });
    put({ "proc/cpuinfo": "processor\t: 0\nCPU implementer\t: 0xc0\nCPU part\t: 0xac3\n" });
    expect(readCpu(root).model).toBe("implementer 0xc0 part 0xac3");
  });

  test("counts CPU lists", () => {
    expect([countCpus("0"), countCpus("0-7,16-23"), countCpus("")]).toEqual([1, 16, null]);
  });
});

describe("cgroup limits", () => {
  test("version 2: the tightest on the way up", () => {
    put({
      "proc/self/cgroup": "0::/a/b\n",
      "sys/fs/cgroup/a/cpu.max": "150000 100000\n",
      "sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
      "sys/fs/cgroup/a/memory.max": "max\n",
      "sys/fs/cgroup/a/b/memory.max": "1073741824\n",
    });
    expect(readCgroupLimits(root)).toEqual({ version: 2, cpus: 1.5, memoryBytes: 2 ** 30 });
  });

  test("version 1 in a container whose path is the host's", () => {
    put({
      "proc/self/cgroup": "4:memory:/docker/ab\n3:cpu,cpuacct:/docker/ab\n0::/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "400000\n",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    });
    expect(readCgroupLimits(root)).toEqual({ version: 1, cpus: 4, memoryBytes: null });
    put({
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "4096\n",
    });
    expect(readCgroupLimits(root)).toEqual({ version: 1, cpus: null, memoryBytes: 4096 });
  });

  test("none to read", () => {
    expect(readCgroupLimits(root)).toEqual({ version: null, cpus: null, memoryBytes: null });
  });
});

describe("disk", () => {
  test("of a directory on a partition of a named drive", () => {
    const data = join(folder, "data dir");
    put({
      "proc/self/mountinfo": [
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw",
        `2 1 259:2 / ${data.replace(" ", "\\040")} rw,noatime shared:1 - xfs /dev/nvme0n1p1 rw`,
        `3 1 9:9 / ${data.replace(" ", "\\040")}set rw - xfs /dev/other rw`,
      ].join("\n"),
      "sys/devices/nvme0n1/queue/rotational": "0\n",
      "sys/devices/nvme0n1/device/model": "Amazon EC2 NVMe Instance Storage         \n",
      "sys/devices/nvme0n1/nvme0n1p1/dev": "259:2\n",
      "sys/dev/block/.keep": "",
    });
    symlinkSync("../../devices/nvme0n1/nvme0n1p1", join(root, "sys/dev/block/259:2"));
    mkdirSync(data);
    const disk = readDisk(root, join(data, "not", "yet"));
    expect(disk).toMatchObject({
      directory: join(data, "not", "yet"),
      mountPoint: data,
      fileSystem: "xfs",
      device: "/dev/nvme0n1p1",
      model: "Amazon EC2 NVMe Instance Storage",
      isRotational: false,
    });
    expect(disk.sizeBytes!).toBeGreaterThan(0);
    expect(disk.freeBytes!).toBeLessThanOrEqual(disk.sizeBytes!);
  });

  test("by name where the volume has a number of its own, the later of two mounts winning", () => {
    put({
      "proc/self/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:40 /sub / rw - btrfs /dev/sdb rw",
      "sys/class/block/sdb/dev": "8:16\n",
      "sys/class/block/sdb/queue/rotational": "1\n",
    });
    expect(readDisk(root, folder)).toMatchObject({ fileSystem: "btrfs", model: null, isRotational: true });
  });

  test("that nothing is known of", () => {
    expect(readDisk(root, folder)).toMatchObject({
      mountPoint: null,
      device: null,
      model: null,
      isRotational: null,
    });
  });
});

test("this machine is read without an exception, and an empty tree too", async () => {
  const options = {
    env: process.env,
    directories: [folder, "/nonexistent/x"],
    nvidiaSmi: null,
    metadataUrl: null,
  };
  const real = await captureEnvironment(options);
  expect(real.memory.totalBytes!).toBeGreaterThan(0);
  expect(real.disks).toHaveLength(2);
  const empty = await captureEnvironment({ ...options, root });
  expect(empty).toMatchObject({
    cpu: { model: null },
    memory: { totalBytes: null },
    gpus: null,
    cloud: null,
  });
});
