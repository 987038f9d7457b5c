import { afterAll, expect, test } from "bun:test";
import { FakeCudas } from "../../../test/fakes/cuda.ts";
import { fakeTest } from "../../../test/fakes/fake-library.ts";
import { cudaCheck } from "./cuda.ts";

const fakes = new FakeCudas();
afterAll(() => fakes.remove());

const check = (env: Record<string, string>) => cudaCheck({ root: "/none", env });

fakeTest("CUDA with its GPUs", () => {
  const { path, env } = fakes.make(["gpus 2"]);
  expect(check({ ...env })).toEqual({
    id: "cuda",
    status: "ok",
    isThere: true,
    found: `${path}, driver for CUDA 12.8, 2 GPUs`,
    advice: null,
  });
});

test("no library", () => {
  expect(check({ INFERBENCH_CUDA: "/none/libcuda.so.1" })).toMatchObject({
    status: "warn",
    isThere: false,
    found: "no /none/libcuda.so.1 (looked at /none/libcuda.so.1)",
    advice: expect.stringMatching(/^storage --to-gpu will not be possible\. It comes with NVIDIA's driver\./),
  });
});

fakeTest("a library that fails, at once or later", () => {
  expect(check({ ...fakes.make(["gpus 0"]).env })).toMatchObject({
    status: "warn",
    found: expect.stringContaining("CUDA_ERROR_NO_DEVICE"),
  });
  expect(check({ ...fakes.make(["fail cuDeviceGetName 101"]).env })).toMatchObject({
    status: "warn",
    found: "cuDeviceGetName says CUDA_ERROR_INVALID_DEVICE (invalid device ordinal)",
  });
});
