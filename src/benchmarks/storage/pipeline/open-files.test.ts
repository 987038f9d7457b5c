import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { OpenFiles } from "./open-files.ts";

function counted(keep: number) {
  const open = new Set<number>();
  const log: string[] = [];
  const files = new OpenFiles<number>(
    keep,
    (file) => {
      if (open.has(file)) throw new Error(`${file} is opened twice`);
      open.add(file);
      log.push(`open ${file}`);
      return file;
    },
    (file) => {
      if (!open.delete(file)) throw new Error(`${file} is closed twice`);
      log.push(`close ${file}`);
    },
  );
  return { files, open, log };
}

describe("open files", () => {
  test("of which none are kept are closed after their last use", () => {
    const { files, log } = counted(0);
    files.acquire(1);
    files.acquire(1);
    files.release(1);
    expect(log).toEqual(["open 1"]);
    files.release(1);
    files.use(2, () => {});
    expect(log).toEqual(["open 1", "close 1", "open 2", "close 2"]);
  });

  test("that were used last are kept, and those in use whatever their number", () => {
    const { files, open } = counted(2);
    for (const file of [1, 2, 1, 3]) files.use(file, () => {});
    expect([...open].sort()).toEqual([1, 3]);
    for (const file of [4, 5, 6]) files.acquire(file);
    expect([...open].sort()).toEqual([4, 5, 6]);
    for (const file of [4, 5, 6]) files.release(file);
    expect(open.size).toBe(2);
    files.closeAll();
    expect(open.size).toBe(0);
  });

  test("are opened and closed in turn, whoever uses them when", () => {
    fc.assert(
      fc.property(fc.nat(4), fc.array(fc.nat(6), { maxLength: 60 }), (keep, uses) => {
        const { files, open } = counted(keep);
        const inUse: number[] = [];
        for (const [i, file] of uses.entries()) {
          if (i % 3 === 2) files.release(inUse.shift()!);
          else {
            files.acquire(file);
            inUse.push(file);
          }
          for (const used of inUse) expect(open.has(used)).toBe(true);
          expect(open.size).toBeLessThanOrEqual(Math.max(keep, new Set(inUse).size));
        }
        for (const file of inUse) files.release(file);
        expect(open.size).toBeLessThanOrEqual(keep);
      }),
    );
  });
});
