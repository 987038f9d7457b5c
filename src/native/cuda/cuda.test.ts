import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { FakeCudas } from "../../../test/fakes/cuda.ts";
import { fakeTest } from "../../../test/fakes/fake-library.ts";
import { allocateTouched } from "../file-io.ts";
import { CudaContext } from "./context.ts";
import type { Cuda } from "./cuda.ts";
import { cudaVersion, listCudaDevices } from "./devices.ts";
import { openCuda } from "./open.ts";

const fakes = new FakeCudas();
afterAll(() => fakes.remove());

function opened(script: string[] = [], without: string[] = []): { cuda: Cuda; log: () => string[] } {
  const fake = fakes.make(script, without);
  const opening = openCuda(fake.env);
  if (!opening.ok) throw new Error(opening.reason);
  return { cuda: opening.cuda, log: fake.log };
}

const hex = (bytes: Uint8Array) => (crc32(bytes) >>> 0).toString(16).padStart(8, "0");

describe("finding CUDA", () => {
  test("without a driver, it says where it looked and what to do", () => {
    const opening = openCuda({ INFERBENCH_CUDA: "/none/libcuda.so.1" });
    expect(opening).toMatchObject({
      ok: false,
      reason: expect.stringContaining("no /none/libcuda.so.1"),
      advice: expect.stringContaining("comes with NVIDIA's driver"),
    });
    expect(openCuda({ INFERBENCH_CUDA: "libcuda.so.1" })).toMatchObject({
      ok: false,
      reason: expect.stringContaining("no absolute path"),
    });
  });

  test("a library in the working directory is not taken", () => {
    const folder = mkdtempSync(join(tmpdir(), "inferbench-cuda-"));
    const before = process.cwd();
    try {
      writeFileSync(join(folder, "libcuda.so.1"), "not a library");
      chmodSync(join(folder, "libcuda.so.1"), 0o755);
      process.chdir(folder);
      mkdirSync(join(folder, "root"));
      const opening = openCuda({}, join(folder, "root"));
      expect(opening.ok ? "found one" : opening.reason).not.toContain("ELF");
    } finally {
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
  });

  fakeTest("no device, and a system that is not ready, in CUDA's words with what to do", () => {
    expect(openCuda(fakes.make(["gpus 0"]).env)).toMatchObject({
      ok: false,
      reason: expect.stringContaining(
        "cuInit says CUDA_ERROR_NO_DEVICE (no CUDA-capable device is detected)",
      ),
      advice: expect.stringContaining("CUDA_VISIBLE_DEVICES"),
    });
    expect(openCuda(fakes.make(["fail cuInit 802"]).env)).toMatchObject({
      ok: false,
      advice: expect.stringContaining("fabricmanager"),
    });
    // A code that neither the library nor this program knows.
    const without = ["cuGetErrorName", "cuGetErrorString"];
    expect(openCuda(fakes.make(["fail cuInit 4711"], without).env)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("cuInit says 4711"),
    });
  });
});

describe("devices", () => {
  fakeTest("are listed with name, bus and UUID", () => {
    const { cuda } = opened(["gpus 2", "name 1 NVIDIA H200", "bus 1 65"]);
    expect(cudaVersion(cuda)).toBe("12.8");
    expect(listCudaDevices(cuda)).toMatchObject([
      {
        ordinal: 0,
        name: "NVIDIA Fake 0",
        pciBusId: "0000:04:00.0",
        uuid: "1b0c0000-0000-4000-8000-000000000000",
      },
      { ordinal: 1, name: "NVIDIA H200", pciBusId: "0000:41:00.0" },
    ]);
  });

  fakeTest("of an old driver have no UUID", () => {
    const { cuda } = opened([], ["cuDeviceGetUuid_v2"]);
    expect(listCudaDevices(cuda)).toMatchObject([{ uuid: null }]);
  });
});

describe("copies", () => {
  fakeTest("bring the bytes to the device and back, with their time; all is given back", () => {
    const { cuda, log } = opened(["copy_us 3000"]);
    const memory = allocateTouched(8192);
    const back = allocateTouched(8192);
    for (const [i] of memory.bytes.entries()) memory.bytes[i] = i * 7;
    const context = new CudaContext(cuda, 0);
    const place = context.allocate(4096);
    context.pin(memory.address, 8192);
    const stream = context.createStream();
    const [start, end] = [context.createEvent(), context.createEvent()];
    context.record(start, stream);
    context.copyToDevice(place + 96, memory.address + 5, 4000, stream);
    context.record(end, stream);
    expect(() => context.elapsedMs(start, end)).toThrow("CUDA_ERROR_NOT_READY");
    context.awaitEvent(end);
    const ms = context.elapsedMs(start, end);
    expect(ms).toBeGreaterThanOrEqual(3);
    expect(ms).toBeLessThan(1000);
    context.copyToHost(back.address + 1, place + 96, 4000);
    expect(Buffer.compare(back.bytes.subarray(1, 4001), memory.bytes.subarray(5, 4005))).toBe(0);
    expect(context.release()).toBeNull();
    expect(log()).toEqual([
      "retain 0",
      "alloc 4096",
      "register 8192",
      "stream",
      "event",
      "event",
      `copy 4000 ${hex(memory.bytes.subarray(5, 4005))}`,
      "event_end",
      "event_end",
      "stream_end",
      "unregister",
      "free",
      "release 0",
    ]);
    memory.free();
    back.free();
  });

  fakeTest("from memory that is not pinned, or beyond what was allocated, are refused", () => {
    const context = new CudaContext(opened().cuda, 0);
    const memory = allocateTouched(8192);
    const place = context.allocate(4096);
    const stream = context.createStream();
    const copy = (from: number, bytes: number) => () => context.copyToDevice(place, from, bytes, stream);
    expect(copy(memory.address, 16)).toThrow("CUDA_ERROR_INVALID_VALUE");
    context.pin(memory.address, 4096);
    expect(copy(memory.address + 4090, 16)).toThrow("CUDA_ERROR_INVALID_VALUE");
    expect(copy(memory.address, 4097)).toThrow("CUDA_ERROR_INVALID_VALUE");
    expect(copy(memory.address, 4096)).not.toThrow();
    expect(() => context.pin(memory.address, 4096)).toThrow("HOST_MEMORY_ALREADY_REGISTERED");
    expect(context.release()).toBeNull();
    memory.free();
  });

  fakeTest("out of memory and a missing function say so; what was taken is given back", () => {
    const full = opened(["memory 1000"]);
    const context = new CudaContext(full.cuda, 0);
    expect(() => context.allocate(1001)).toThrow(
      "cuMemAlloc_v2 says CUDA_ERROR_OUT_OF_MEMORY (out of memory)",
    );
    expect(context.release()).toBeNull();
    expect(full.log()).toEqual(["retain 0", "release 0"]);

    const old = opened([], ["cuMemHostRegister_v2"]);
    const without = new CudaContext(old.cuda, 0);
    expect(() => without.pin(4096, 4096)).toThrow("libcuda.so.1 has no cuMemHostRegister_v2");
    expect(without.release()).toBeNull();
  });

  fakeTest("a device that cannot be made current leaves nothing behind", () => {
    const { cuda, log } = opened(["fail cuCtxSetCurrent 201"]);
    expect(() => new CudaContext(cuda, 0)).toThrow("CUDA_ERROR_INVALID_CONTEXT");
    expect(log()).toEqual(["retain 0", "release 0"]);
  });

  fakeTest("after a failure of the device, giving back goes on to the end", () => {
    const { cuda, log } = opened(["fail cuStreamSynchronize 700", "fail cuMemFree_v2 700"]);
    const context = new CudaContext(cuda, 0);
    context.allocate(16);
    context.createStream();
    expect(context.release()).toMatchObject({ error: "CUDA_ERROR_ILLEGAL_ADDRESS" });
    expect(log()).toEqual(["retain 0", "alloc 16", "stream", "stream_end", "release 0"]);
  });
});
