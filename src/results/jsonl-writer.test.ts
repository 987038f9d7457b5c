import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ToolError } from "../core/errors.ts";
import type { WriteSome } from "../core/write-fully.ts";
import { openLineWriter } from "./jsonl-writer.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-lines-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(folder, `${files++}.jsonl`);

function failing(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** A disk with room for `capacity` bytes that takes at most `part` bytes a call. */
function smallDisk(capacity: number, part: number, code = "ENOSPC"): WriteSome {
  let left = capacity;
  return (fd, bytes, offset, length) => {
    if (left === 0) throw failing(code);
    const taken = Math.min(left, part, length);
    left -= taken;
    return writeSync(fd, bytes, offset, taken);
  };
}

describe("a healthy file", () => {
  test("holds every line in order, after what it held before", () => {
    const path = fresh();
    writeFileSync(path, "old\n");
    const writer = openLineWriter(path);
    for (const line of ["a", "", "é漢🚀"]) writer.append(line);
    expect(readFileSync(path, "utf8")).toBe("old\n");
    writer.flushSync();
    writer.append("last");
    writer.close();
    writer.close();
    expect(readFileSync(path, "utf8")).toBe("old\na\n\né漢🚀\nlast\n");
    expect(writer).toMatchObject({ error: null, linesLost: 0 });
  });

  test("gets its lines without being asked", async () => {
    const path = fresh();
    const writer = openLineWriter(path, { flushMs: 20 });
    writer.append("a");
    await Bun.sleep(80);
    expect(readFileSync(path, "utf8")).toBe("a\n");
    writer.append("b");
    await Bun.sleep(80);
    expect(readFileSync(path, "utf8")).toBe("a\nb\n");
    writer.close();
  });

  test("completes partial writes and repeats interrupted ones", () => {
    const path = fresh();
    let calls = 0;
    const write: WriteSome = (fd, bytes, offset, length) => {
      if (++calls % 3 === 0) throw failing("EINTR");
      return writeSync(fd, bytes, offset, Math.min(length, 7));
    };
    const writer = openLineWriter(path, { write });
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i} ü`);
    for (const line of lines) writer.append(line);
    writer.close();
    expect(readFileSync(path, "utf8")).toBe(`${lines.join("\n")}\n`);
    expect(writer.error).toBeNull();
  });
});

describe("a file that can take no more", () => {
  test("keeps whole lines, reports once and counts the rest", () => {
    const line = fc.string({ maxLength: 12 }).map((text) => text.replaceAll("\n", ""));
    const batches = fc.array(fc.array(line, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(batches, fc.nat(120), fc.integer({ min: 1, max: 9 }), (given, capacity, part) => {
        const path = fresh();
        const errors: ToolError[] = [];
        const writer = openLineWriter(path, {
          write: smallDisk(capacity, part),
          onError: (error) => errors.push(error),
        });
        for (const batch of given) {
          for (const text of batch) writer.append(text);
          writer.flushSync();
        }
        writer.close();
        const all = given.flat();
        const kept = readFileSync(path, "utf8").split("\n").slice(0, -1);
        expect(kept).toEqual(all.slice(0, kept.length));
        expect(writer.linesLost).toBe(all.length - kept.length);
        expect(errors.length).toBe(writer.linesLost > 0 ? 1 : 0);
        const next = all[kept.length];
        const keptBytes = Buffer.byteLength(kept.map((text) => `${text}\n`).join(""));
        if (next !== undefined) expect(keptBytes + Buffer.byteLength(next) + 1).toBeGreaterThan(capacity);
      }),
    );
  });

  test("names the file and what to do", () => {
    const path = fresh();
    for (const [code, expected] of [
      ["ENOSPC", "OUTPUT_NO_SPACE"],
      ["EFBIG", "OUTPUT_TOO_LARGE"],
      ["EIO", "OUTPUT_FAILED"],
    ] as const) {
      const writer = openLineWriter(path, { write: smallDisk(0, 1, code) });
      writer.append("a");
      writer.close();
      expect(writer.error).toBeInstanceOf(ToolError);
      expect(writer.error).toMatchObject({ code: expected, exit: 4 });
      expect(writer.error!.message).toContain(path);
      expect(writer.error!.hint).toContain("are kept");
    }
  });

  test("does not throw inside its timer", async () => {
    let reported = 0;
    const writer = openLineWriter("/dev/full", { flushMs: 10, onError: () => reported++ });
    writer.append("a");
    await Bun.sleep(60);
    writer.append("b");
    writer.close();
    expect(reported).toBe(1);
    expect(writer).toMatchObject({ linesLost: 2, error: { code: "OUTPUT_NO_SPACE" } });
  });

  test("that is none: wrong usage", () => {
    expect(() => openLineWriter(join(folder, "none", "x.jsonl"))).toThrow(ToolError);
  });
});

test("what comes after the end is counted as lost", () => {
  const writer = openLineWriter(fresh());
  writer.close();
  writer.append("late");
  expect(writer.linesLost).toBe(1);
});
