import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeNvmls, fakeTest, layoutsByCompiler } from "../../../test/fakes/nvml.ts";
import { clockEventNames, isThrottle } from "./clock-events.ts";
import { type Device, listDevices } from "./devices.ts";
import { layouts, structVersion } from "./layouts.ts";
import { readMemory } from "./memory.ts";
import type { Nvml } from "./nvml.ts";
import { openNvml } from "./open.ts";
import { readEnergy } from "./power.ts";
import { readProcesses } from "./processes.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";
import { readVersions } from "./system.ts";
import { isFinal, isKnown } from "./values.ts";

const fakes = new FakeNvmls();
afterAll(() => fakes.remove());

const MIB = 1024 ** 2;
const LOST = { error: "GPU_IS_LOST", code: 15 };

function opened(script: string[] = [], without: string[] = []): { nvml: Nvml; devices: Device[] } {
  const opening = openNvml(fakes.make(script, without).env);
  if (!opening.ok) throw new Error(opening.reason);
  const list = listDevices(opening.nvml);
  if (!isKnown(list)) throw new Error(JSON.stringify(list));
  return { nvml: opening.nvml, devices: list.devices };
}

function snapshotOf(script: string[] = [], without: string[] = []): Snapshot {
  const { nvml, devices } = opened(script, without);
  const snapshot = readSnapshot(nvml, devices[0]!);
  nvml.close();
  return snapshot;
}

describe("layouts", () => {
  fakeTest("are those that a C compiler gives the declarations", () => {
    const ours = Object.entries(layouts).map(([struct, { size, fields }]) => [struct, { size, ...fields }]);
    expect(layoutsByCompiler()).toEqual(Object.fromEntries(ours));
  });

  test("carry size and version in their first field", () => {
    expect(structVersion(layouts.nvmlMemory_v2_t, 2)).toBe(0x02000028);
    expect(structVersion(layouts.nvmlTemperature_v1_t, 1)).toBe(0x0100000c);
  });
});

describe("a GPU that has everything", () => {
  fakeTest("is read whole", () => {
    const script = ["name 0 NVIDIA H200", "set 0 fan 45", "set 0 pstate 2", "set 0 reasons 68"];
    script.push("set 0 ecc_corrected 3", "set 0 nvlinks_down 2", "process 0 compute 4242 1073741824");
    const { power, ...rest } = snapshotOf(script);
    expect(rest).toEqual({
      index: 0,
      name: "NVIDIA H200",
      uuid: "GPU-1b0c0000-0000-4000-8000-000000000000",
      pciBusId: "00000000:04:00.0",
      architecture: "Hopper",
      performanceState: "P2",
      computeMode: "default",
      memory: {
        totalBytes: 81559 * MIB,
        usedBytes: 1024 * MIB,
        freeBytes: (81559 - 1024 - 551) * MIB,
        reservedBytes: 551 * MIB,
      },
      utilization: { gpuPercent: 37, memoryPercent: 21 },
      thermal: { gpuC: 41, memoryC: 52, fanPercent: 45 },
      clocks: {
        smMhz: 1980,
        memoryMhz: 2619,
        maxSmMhz: 1980,
        maxMemoryMhz: 2619,
        events: ["sw_power_cap", "hw_thermal_slowdown"],
      },
      pcie: { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16, txKbPerS: 1500, rxKbPerS: 2500 },
      nvlink: { active: 16, links: 18, version: 4, speedMbPerS: 26562 },
      ecc: {
        enabled: true,
        volatileCorrected: 3,
        volatileUncorrected: 0,
        aggregateCorrected: 13,
        aggregateUncorrected: 10,
      },
      mig: { enabled: false, devices: [] },
      processes: [{ pid: 4242, kind: "compute", usedBytes: 1073741824 }],
    });
    const { energyJ, ...watts } = power;
    expect(watts).toEqual({ drawW: 300.5, instantW: 310.25, limitW: 700 });
    expect(energyJ).toBeGreaterThanOrEqual(5000);
  });

  fakeTest("says which driver it has", () => {
    const { nvml } = opened();
    expect(readVersions(nvml)).toEqual({ driver: "570.86.15", nvml: "12.570.86.15", cuda: "12.8" });
  });

  fakeTest("counts more energy than fits into 32 bits", () => {
    const { nvml, devices } = opened(["set 0 energy_start_mj 9007199254000"]);
    expect(readEnergy(nvml, devices[0]!.handle)).toBeGreaterThanOrEqual(9_007_199_254);
  });
});

describe("what a GPU does not have", () => {
  fakeTest("is unsupported, never 0", () => {
    const names = ["utilization", "power_mw", "power_instant_mw", "memory_temperature", "ecc", "mig"];
    const script = [...names.map((name) => `set 0 ${name} -1`), "set 0 nvlinks 0", "set 0 pstate 32"];
    const { utilization, power, thermal, ecc, mig, nvlink, performanceState } = snapshotOf(script);
    expect(utilization).toEqual({ gpuPercent: "unsupported", memoryPercent: "unsupported" });
    expect(power).toMatchObject({ drawW: "unsupported", instantW: "unsupported", limitW: 700 });
    expect(thermal).toEqual({ gpuC: 41, memoryC: "unsupported", fanPercent: "unsupported" });
    expect(ecc).toMatchObject({ enabled: "unsupported", volatileCorrected: "unsupported" });
    expect([mig.enabled, nvlink, performanceState]).toEqual(["unsupported", "unsupported", "unsupported"]);
  });

  fakeTest("is an error where asking for it fails, and takes nothing else with it", () => {
    const { power, clocks } = snapshotOf([
      "fail nvmlDeviceGetPowerUsage 0 4",
      "fail nvmlDeviceGetTotalEnergyConsumption * 999",
    ]);
    expect(power).toMatchObject({
      drawW: { error: "NO_PERMISSION", code: 4 },
      energyJ: { error: "UNKNOWN", code: 999 },
      instantW: 310.25,
    });
    expect(clocks.smMhz).toBe(1980);
  });

  fakeTest("a function that the driver lacks loses only its own figure", () => {
    const lacking = [
      "nvmlDeviceGetTotalEnergyConsumption",
      "nvmlDeviceGetFieldValues",
      "nvmlDeviceGetEccMode",
    ];
    const { power, thermal, ecc } = snapshotOf([], lacking);
    expect(power).toMatchObject({ drawW: 300.5, instantW: "unsupported", energyJ: "unsupported" });
    expect(thermal).toMatchObject({ gpuC: 41, memoryC: "unsupported" });
    expect(ecc).toMatchObject({ enabled: "unsupported", volatileCorrected: 0 });
  });
});

describe("older and newer drivers", () => {
  fakeTest("memory by the first version counts what is reserved as used", () => {
    for (const [script, without] of [
      [[], ["nvmlDeviceGetMemoryInfo_v2"]],
      [["fail nvmlDeviceGetMemoryInfo_v2 * 25"], []],
    ] as [string[], string[]][]) {
      expect(snapshotOf(script, without).memory).toEqual({
        totalBytes: 81559 * MIB,
        usedBytes: (1024 + 551) * MIB,
        freeBytes: (81559 - 1024 - 551) * MIB,
        reservedBytes: "unsupported",
      });
    }
  });

  fakeTest("clock events and temperature under their other names", () => {
    const { clocks, thermal } = snapshotOf(
      ["set 0 reasons 1"],
      ["nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetTemperature"],
    );
    expect([clocks.events, thermal.gpuC]).toEqual([["gpu_idle"], 41]);
  });
});

describe("processes", () => {
  const script = [
    "process 0 compute 1 1048576",
    "process 0 compute 4294967295 80000000000",
    "process 0 graphics 2 -1",
    "process 1 compute 3 5",
  ];
  const expected = [
    { pid: 1, kind: "compute", usedBytes: 1048576 },
    { pid: 4294967295, kind: "compute", usedBytes: 80000000000 },
    { pid: 2, kind: "graphics", usedBytes: "unsupported" },
  ];

  fakeTest("are read whatever size of entry the driver writes", () => {
    for (const stride of [16, 24, 32])
      expect(snapshotOf([...script, `stride ${stride}`]).processes).toEqual(expected as never);
  });

  fakeTest("are read through the older functions", () => {
    const v3 = "nvmlDeviceGetComputeRunningProcesses_v3";
    const v2 = "nvmlDeviceGetComputeRunningProcesses_v2";
    expect(snapshotOf(script, [v3]).processes).toEqual(expected as never);
    expect(snapshotOf(script, [v3, v2]).processes).toEqual(expected as never);
  });

  fakeTest("are all read where there are many, and none where there are none", () => {
    const many = Array.from({ length: 1000 }, (_, i) => `process 0 compute ${i + 1} ${i}`);
    const { nvml, devices } = opened(many);
    const read = readProcesses(nvml, devices[0]!.handle);
    expect(isKnown(read) && read.map(({ pid }) => pid)).toEqual(many.map((_, i) => i + 1));
    expect(snapshotOf().processes).toEqual([]);
  });
});

describe("several GPUs", () => {
  fakeTest("eight are numbered and told apart", () => {
    const { devices } = opened(["gpus 8", "name 5 NVIDIA Other"]);
    expect(devices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(devices.map(({ uuid }) => uuid)).size).toBe(8);
    expect(devices[5]!.name).toBe("NVIDIA Other");
  });

  fakeTest("one that does not answer is named, and the others are read", () => {
    const opening = openNvml(fakes.make(["gpus 3", "fail nvmlDeviceGetHandleByIndex_v2 1 15"]).env);
    if (!opening.ok) throw new Error(opening.reason);
    expect(listDevices(opening.nvml)).toMatchObject({
      devices: [{ index: 0 }, { index: 2 }],
      silent: [{ index: 1, failure: LOST }],
    });
  });

  fakeTest("one that is lost later fails every call, and for good", () => {
    const fake = fakes.make(["gpus 2"]);
    const opening = openNvml(fake.env);
    if (!opening.ok) throw new Error(opening.reason);
    const list = listDevices(opening.nvml);
    if (!isKnown(list)) throw new Error("no devices");
    fake.lose(1);
    const [first, second] = list.devices.map(({ handle }) => readMemory(opening.nvml, handle));
    expect(first!.usedBytes).toBe(1024 * MIB);
    expect(second!.usedBytes).toEqual(LOST);
    expect(isFinal(second!.usedBytes)).toBe(true);
  });

  fakeTest("parts of one (MIG) have names and memory of their own", () => {
    const { mig, utilization } = snapshotOf(["set 0 mig 3", "set 0 utilization -1"]);
    expect(mig.enabled).toBe(true);
    expect(mig.devices.map(({ index, gpuInstanceId }) => [index, gpuInstanceId])).toEqual([
      [0, 7],
      [2, 9],
      [4, 11],
    ]);
    expect(mig.devices[1]).toMatchObject({
      uuid: "MIG-1b0c0000-0003-4000-8000-000000000000",
      memory: { totalBytes: Math.floor((81559 * MIB) / 7) },
    });
    expect(utilization.gpuPercent).toBe("unsupported");
  });
});

describe("opening", () => {
  fakeTest("says what nvmlInit says", () => {
    expect(openNvml(fakes.make(["fail nvmlInit_v2 * 9"]).env)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(
        /^\/.*libnvidia-ml\.so\.1 is there, but nvmlInit says DRIVER_NOT_LOADED: the kernel's NVIDIA driver is not loaded$/,
      ),
    });
  });

  test("looks at the one place that the variable names, and never in the working directory", () => {
    expect(openNvml({ INFERBENCH_NVML: "/nowhere/libnvidia-ml.so.1" })).toEqual({
      ok: false,
      reason: "no /nowhere/libnvidia-ml.so.1",
      looked: ["/nowhere/libnvidia-ml.so.1"],
    });
    expect(openNvml({ INFERBENCH_NVML: "libnvidia-ml.so.1" })).toMatchObject({
      reason: "INFERBENCH_NVML is no absolute path: libnvidia-ml.so.1",
    });
  });

  test("finds it where cloud images put it, and says why a file is none", () => {
    const root = mkdtempSync(join(tmpdir(), "inferbench-root-"));
    mkdirSync(join(root, "usr/local/nvidia/lib64"), { recursive: true });
    const path = join(root, "usr/local/nvidia/lib64/libnvidia-ml.so.1");
    writeFileSync(path, "no library");
    const opening = openNvml({}, root);
    rmSync(root, { recursive: true });
    // On a machine with a GPU the loader has it.
    if (opening.ok) return opening.nvml.close();
    expect(opening.looked).toContain(path);
    expect(opening.reason).toContain(`${path}: file too short`);
  });
});

test("clock events are named bit by bit, those of newer drivers by number", () => {
  expect(clockEventNames(0)).toEqual([]);
  expect(clockEventNames(0x1ff)).toHaveLength(9);
  expect(clockEventNames(2 ** 40 + 8)).toEqual(["hw_slowdown", "bit_40"]);
  expect(["gpu_idle", "sw_power_cap", "bit_40"].map(isThrottle)).toEqual([false, true, true]);
});
