import { describe, expect, test } from "bun:test";
import { type Choosable, chooseGpus, gpuChoice } from "./choose.ts";

const gpu = (index: number, uuid: string, name = "NVIDIA H100"): Choosable => ({
  index,
  name,
  uuid,
  mig: [],
});
const machine: Choosable[] = [
  gpu(0, "GPU-aa11-x"),
  {
    ...gpu(1, "GPU-aa22-x"),
    mig: [
      { index: 0, uuid: "MIG-f1", gpuInstanceId: 7, computeInstanceId: 0 },
      { index: 2, uuid: "MIG-f2", gpuInstanceId: 9, computeInstanceId: 0 },
    ],
  },
  gpu(2, "GPU-bb33-x"),
];

function chosen(by: "--gpu" | "CUDA_VISIBLE_DEVICES", text: string, gpus = machine): string[] | string {
  const result = chooseGpus({ by, text }, gpus, undefined);
  return result.ok
    ? result.gpus.map(({ index, mig }) => (mig === null ? `${index}` : `${index}:${mig}`))
    : result.reason;
}

describe("--gpu", () => {
  test("names GPUs by number and by the beginning of a UUID, each once, in order", () => {
    expect(chosen("--gpu", "2,0")).toEqual(["2", "0"]);
    expect(chosen("--gpu", " 0 , gpu-BB,GPU-bb33-x")).toEqual(["0", "2"]);
  });

  test("names a part in four ways, and its GPU comes along", () => {
    for (const word of ["1:2", "MIG-f2", "mig-F2", "MIG-GPU-aa22-x/9/0"])
      expect(chosen("--gpu", word)).toEqual(["1", "1:2"]);
  });

  test("what names none, or more than one, is a mistake that shows what there is", () => {
    expect(chosen("--gpu", "0,7")).toBe(
      '--gpu: "7" names no GPU of this machine (0 GPU-aa11-x, 1 GPU-aa22-x, 2 GPU-bb33-x)',
    );
    expect(chosen("--gpu", "GPU-aa")).toContain("could be any of 2 GPUs");
    for (const word of ["", "-1", "GPU-", "1:1", "x", "MIG-GPU-aa22-x/8/0"])
      expect(chosen("--gpu", word)).toContain("names no GPU");
  });
});

describe("CUDA_VISIBLE_DEVICES", () => {
  test("is read as CUDA reads it: what names nothing ends the list", () => {
    expect(chosen("CUDA_VISIBLE_DEVICES", "2,-1,0")).toEqual(["2"]);
    expect(chosen("CUDA_VISIBLE_DEVICES", "0,GPU-aa,2")).toEqual(["0"]);
    expect(chosen("CUDA_VISIBLE_DEVICES", "MIG-f1")).toEqual(["1", "1:0"]);
  });

  test("that hides every GPU says so", () => {
    for (const text of ["", "-1", "NoDevFiles"])
      expect(chosen("CUDA_VISIBLE_DEVICES", text)).toContain(
        `CUDA_VISIBLE_DEVICES="${text}" names no GPU of this machine`,
      );
  });

  test("where GPUs differ, numbers are CUDA's own unless it is told to count as the driver", () => {
    const mixed = [...machine, gpu(3, "GPU-cc", "NVIDIA T4")];
    const note = (text: string, order?: string) => {
      const result = chooseGpus({ by: "CUDA_VISIBLE_DEVICES", text }, mixed, order);
      return result.ok ? result.note : "?";
    };
    expect(note("0")).toContain("CUDA numbers the fastest first");
    expect([note("0", "PCI_BUS_ID"), note("GPU-cc")]).toEqual([null, null]);
    expect(chooseGpus({ by: "CUDA_VISIBLE_DEVICES", text: "0" }, machine, undefined)).toMatchObject({
      note: null,
    });
  });
});

test("--gpu wins over the variable, and without both all are meant", () => {
  expect(gpuChoice("1", { CUDA_VISIBLE_DEVICES: "0" })).toEqual({ by: "--gpu", text: "1" });
  expect(gpuChoice(undefined, { CUDA_VISIBLE_DEVICES: "" })).toEqual({
    by: "CUDA_VISIBLE_DEVICES",
    text: "",
  });
  expect(gpuChoice(undefined, {})).toBeNull();
  expect(chooseGpus(null, machine, undefined)).toMatchObject({
    ok: true,
    gpus: [{ index: 0 }, { index: 1 }, { index: 2 }],
  });
});
