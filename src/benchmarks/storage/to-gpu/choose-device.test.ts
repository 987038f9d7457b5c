import { describe, expect, test } from "bun:test";
import type { CudaDevice, DeviceHandle } from "../../../native/cuda/devices.ts";
import { chooseDevice, type MachineGpu } from "./choose-device.ts";

const uuid = (n: number) => `1b0c000${n}-0000-4000-8000-000000000000`;
/** GPU `n` by PCI bus, as CUDA shows it under a number of its own. */
const shown = (n: number, ordinal: number, more: Partial<CudaDevice> = {}): CudaDevice => ({
  ordinal,
  handle: ordinal as DeviceHandle,
  name: `GPU ${n}`,
  pciBusId: `0000:0${n}:00.0`,
  uuid: uuid(n),
  ...more,
});
const gpu = (n: number, more: Partial<MachineGpu> = {}): MachineGpu => ({
  index: n,
  name: `GPU ${n}`,
  uuid: `GPU-${uuid(n)}`,
  mig: [],
  pciBusId: `00000000:0${n}:00.0`,
  ...more,
});
const machine = [gpu(0), gpu(1), gpu(2), gpu(3)];
/** As CUDA has them: the fastest first, one hidden. */
const devices = [shown(2, 0), shown(0, 1), shown(3, 2)];

/** CUDA's number of the one chosen, or why there is none. */
function chosen(
  wish: { gpu?: string; localRank?: number },
  of: readonly CudaDevice[] = devices,
  gpus: readonly MachineGpu[] | null = machine,
): number | string {
  const choice = chooseDevice(of, gpus, { gpu: wish.gpu, localRank: wish.localRank ?? 0 });
  return choice.ok ? choice.device.ordinal : choice.reason;
}

describe("without --gpu", () => {
  test("it is CUDA's device of the local rank", () => {
    expect([0, 1, 2].map((localRank) => chosen({ localRank }))).toEqual([0, 1, 2]);
    expect(chosen({ localRank: 3 })).toContain("this is local rank 3, and CUDA shows this process 3 GPUs");
  });

  test("where a launcher shows each process its own, it is that one", () => {
    expect(chosen({ localRank: 3 }, [shown(3, 0)])).toBe(0);
  });
});

describe("--gpu", () => {
  test("has the driver's numbers, whatever CUDA's are", () => {
    expect(["0", "2", "3"].map((text) => chosen({ gpu: text }))).toEqual([1, 0, 2]);
    expect(chosen({ gpu: "GPU-1b0c0003" })).toBe(2);
  });

  test("names one for each local rank", () => {
    expect([0, 1].map((localRank) => chosen({ gpu: "3,0", localRank }))).toEqual([2, 1]);
    expect(chosen({ gpu: "3,0", localRank: 2 })).toContain(
      "this is local rank 2, and --gpu 3,0 names 2 GPUs",
    );
    expect(chosen({ gpu: "3", localRank: 2 })).toBe(2);
  });

  test("says what is not there, and what CUDA hides", () => {
    expect(chosen({ gpu: "7" })).toContain('--gpu: "7" names no GPU of this machine');
    expect(chosen({ gpu: "1" })).toContain("CUDA does not show GPU 1 to this process, only GPU 2 at 0000:02");
  });

  test("finds a GPU by its bus where the driver gives no UUID", () => {
    const old = devices.map((device) => ({ ...device, uuid: null }));
    expect(chosen({ gpu: "3" }, old)).toBe(2);
  });

  test("without the driver's list numbers CUDA's devices by bus", () => {
    expect(["0", "1", "2"].map((text) => chosen({ gpu: text }, devices, null))).toEqual([1, 0, 2]);
    expect(chosen({ gpu: "GPU-1b0c0003" }, devices, null)).toBe(2);
  });

  test("names a part by its own UUID, and never the divided GPU", () => {
    const part = { index: 0, uuid: `MIG-${uuid(9)}`, gpuInstanceId: 7, computeInstanceId: 0 };
    const divided = [gpu(0, { mig: [part] })];
    const asPart = [shown(0, 0, { uuid: uuid(9) })];
    expect(chosen({ gpu: "0:0" }, asPart, divided)).toBe(0);
    expect(chosen({ gpu: "MIG-1b0c0009" }, asPart, divided)).toBe(0);
    expect(chosen({ gpu: "0" }, asPart, divided)).toContain("CUDA does not show GPU 0");
  });
});
