import { expect, test } from "bun:test";
import fc from "fast-check";
import { ToolError } from "../../core/errors.ts";
import { FreezeWindows, parseFreeze } from "./freeze.ts";

test("reads LENGTH@START", () => {
  expect(parseFreeze("3s@10s")).toEqual({ forMs: 3000, afterMs: 10_000 });
  expect(parseFreeze("250ms@1m")).toEqual({ forMs: 250, afterMs: 60_000 });
  for (const text of ["", "3s", "3s@", "@3s", "3s@4s@5s", "3x@4s"]) {
    expect(() => parseFreeze(text)).toThrow(ToolError);
    expect(() => parseFreeze(text)).toThrow("--freeze");
  }
});

test("does nothing before the first request, and begins with it", () => {
  const windows = new FreezeWindows([{ afterMs: 10, forMs: 5 }]);
  expect(windows.thaw(1012)).toBe(1012);
  windows.anchor(1000);
  windows.anchor(5000);
  expect([1009.9, 1010, 1014.9, 1015].map((ms) => windows.thaw(ms))).toEqual([1009.9, 1015, 1015, 1015]);
});

test("work stands still in a freeze", () => {
  const windows = new FreezeWindows([
    { afterMs: 30, forMs: 10 },
    { afterMs: 10, forMs: 5 },
  ]);
  windows.anchor(0);
  expect(windows.finishOf(0, 10)).toBe(10);
  expect(windows.finishOf(0, 11)).toBe(16);
  expect(windows.finishOf(12, 1)).toBe(16);
  expect(windows.finishOf(14, 20)).toBe(45);
  expect(windows.finishOf(40, 3)).toBe(43);
});

test("what thaws is outside every freeze, and work takes at least its own time", () => {
  const freeze = fc.record({ afterMs: fc.nat(50), forMs: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(freeze, { maxLength: 4 }), fc.nat(100), fc.nat(50), (freezes, atMs, workMs) => {
      const windows = new FreezeWindows(freezes);
      windows.anchor(0);
      const thawed = windows.thaw(atMs);
      expect(freezes.some((f) => thawed >= f.afterMs && thawed < f.afterMs + f.forMs)).toBe(false);
      expect(windows.finishOf(atMs, workMs)).toBeGreaterThanOrEqual(atMs + workMs);
    }),
  );
});
