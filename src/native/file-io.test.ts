import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  addressOf,
  allocateTouched,
  copyMemory,
  mapFile,
  openForReading,
  readAt,
  SystemCallError,
} from "./file-io.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-io-"));
const path = join(folder, "data");
const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) >>> 3);
let fd: number;
beforeAll(() => {
  writeFileSync(path, content);
  fd = openSync(path, "r");
});
afterAll(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

describe("readAt", () => {
  test("reads the bytes at the offset, and no more than there are", () => {
    const memory = allocateTouched(8192);
    expect(readAt(fd, memory.address, 5000, 1234)).toBe(5000);
    expect(memory.bytes.subarray(0, 5000)).toEqual(content.subarray(1234, 6234));
    expect(readAt(fd, memory.address, 8192, 99_000)).toBe(1000);
    expect(readAt(fd, memory.address, 8192, 200_000)).toBe(0);
    memory.free();
  });

  test("throws what the system says", () => {
    const buffer = new Uint8Array(16);
    const caught = (() => {
      try {
        readAt(-1, addressOf(buffer), 16, 0);
      } catch (error) {
        return error;
      }
    })();
    expect(caught).toBeInstanceOf(SystemCallError);
    expect((caught as SystemCallError).code).toBe("EBADF");
  });
});

test("native memory begins on a page and can be written", () => {
  const memory = allocateTouched(3 * 4096);
  expect(memory.address % 4096).toBe(0);
  expect(memory.bytes.every((byte) => byte === 1)).toBe(true);
  memory.free();
});

test("a mapped file holds its bytes, which can be copied", () => {
  const mapping = mapFile(fd, content.length);
  const copy = new Uint8Array(1000);
  copyMemory(addressOf(copy), mapping.address + 500, 1000);
  expect(copy).toEqual(content.subarray(500, 1500));
  mapping.unmap();
});

test("O_DIRECT reads past the page cache", () => {
  const direct = openForReading(path, true);
  const memory = allocateTouched(8192);
  expect(readAt(direct, memory.address, 8192, 4096)).toBe(8192);
  expect(memory.bytes).toEqual(content.subarray(4096, 12_288));
  expect(() => readAt(direct, memory.address + 1, 4096, 0)).toThrow("EINVAL");
  memory.free();
  closeSync(direct);
});
