import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../../test/skip.ts";
import { allocateTouched, type NativeMemory, openForReading, SystemCallError } from "./file-io.ts";
import { IoRing, ioUringErrno } from "./io-uring.ts";

const errno = ioUringErrno();
const ringTest = testWhere(errno === 0, `io_uring_setup gives errno ${errno}`);

test("gives an answer of the kernel's, the same each time", () => {
  // 0; forbidden (1), out of locked memory (12), not in this kernel (38)
  expect([0, 1, 12, 38]).toContain(errno);
  expect(ioUringErrno()).toBe(errno);
});

test("a ring that cannot be is an error of the system's", () => {
  expect(() => IoRing.open(0)).toThrow(SystemCallError);
});

describe("a ring", () => {
  const BLOCK = 512;
  /** Of 4 KiB. */
  const READS = 100;
  const BLOCKS = 1000;
  const content = Uint8Array.from({ length: BLOCK * BLOCKS }, (_, i) => (i * 7919) >>> 5);
  let folder: string;
  let path: string;
  let fd: number;
  let memory: NativeMemory;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "inferbench-ring-"));
    path = join(folder, "data");
    writeFileSync(path, content);
    fd = openSync(path, "r");
    memory = allocateTouched(content.length);
  });
  afterAll(() => {
    closeSync(fd);
    memory.free();
    rmSync(folder, { recursive: true });
  });
  /** One read to its end. */
  const readOne = (ring: IoRing, file: number, bytes: number, offset: number): number => {
    let answer = Number.NaN;
    ring.read(file, memory.address, bytes, offset, 7);
    ring.submit();
    ring.wait();
    ring.take((id, result) => {
      expect(id).toBe(7);
      answer = result;
    });
    return answer;
  };

  // As this kernel has it, as one from before 6.1, and as one that does not know a flag.
  for (const flags of [undefined, 0, 2 ** 31]) {
    ringTest(`of few entries does any number of reads, each once, in whatever order (flags ${flags})`, () =>
      readAll(flags),
    );
  }

  function readAll(flags: number | undefined): void {
    const ring = IoRing.open(4, flags);
    expect(ring.entries).toBe(4);
    memory.bytes.fill(0);
    const seen = new Uint8Array(BLOCKS);
    let next = 0;
    while (next < BLOCKS || ring.inFlight > 0) {
      for (let room = ring.entries - ring.inFlight; room > 0 && next < BLOCKS; room--, next++) {
        ring.read(fd, memory.address + next * BLOCK, BLOCK, next * BLOCK, next);
      }
      expect(ring.submit()).toBeLessThanOrEqual(ring.entries);
      ring.wait();
      ring.take((id, result) => {
        expect(result).toBe(BLOCK);
        seen[id]!++;
      });
    }
    expect(seen.every((times) => times === 1)).toBe(true);
    expect(Buffer.compare(memory.bytes, content)).toBe(0);
    ring.close();
  }

  ringTest("says what came: less at the file's end, nothing behind it, an errno where it cannot", () => {
    const ring = IoRing.open(1);
    expect(readOne(ring, fd, BLOCK, content.length - 100)).toBe(100);
    expect(readOne(ring, fd, BLOCK, content.length)).toBe(0);
    expect(readOne(ring, fd, BLOCK, 2 ** 40)).toBe(0);
    // EBADF
    expect(readOne(ring, 2 ** 20, BLOCK, 0)).toBe(-9);
    ring.close();
  });

  ringTest("reads what a file that shrinks still has", () => {
    const shrinking = join(folder, "shrinking");
    writeFileSync(shrinking, content);
    const file = openSync(shrinking, "r");
    const ring = IoRing.open(2);
    expect(readOne(ring, file, 4096, 0)).toBe(4096);
    truncateSync(shrinking, 1000);
    expect(readOne(ring, file, 4096, 0)).toBe(1000);
    ring.close();
    closeSync(file);
  });

  // As this kernel has it: a read that ended is seen only when the kernel is entered for it, and then no more than 20 are at a time.
  ringTest("counts no read as under way that has ended, though nobody waited for it", async () => {
    const direct = openForReading(path, true);
    const ring = IoRing.open(READS);
    for (let i = 0; i < READS; i++) ring.read(direct, memory.address + 4096 * i, 4096, 4096 * i, i);
    const left = [ring.submit()];
    while (left.at(-1)! > 0) {
      await Bun.sleep(1);
      left.push(ring.submit());
    }
    expect(left).toEqual(left.toSorted((a, b) => b - a));
    expect(ring.inFlight).toBe(READS);
    ring.take((_, result) => expect(result).toBe(4096));
    expect(ring.inFlight).toBe(0);
    ring.close();
    closeSync(direct);
  });

  ringTest("does not wait where nothing is under way", () => {
    const ring = IoRing.open(1);
    expect(ring.submit()).toBe(0);
    ring.wait();
    ring.take(() => expect.unreachable());
    ring.close();
  });
});
