import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { barLook } from "./bar-look.ts";
import { patterns, strokesOf } from "./patterns.ts";
import { themes } from "./theme.ts";

describe.each([...patterns])("the pattern %s", (pattern) => {
  test("stays inside of its bar, however small or far off that is", () => {
    const size = fc.double({ min: 0, max: 400, noNaN: true });
    fc.assert(
      fc.property(size, size, size, size, fc.constantFrom(5, 7), (x, y, width, height, stepPx) => {
        for (const [x0, y0, x1, y1] of strokesOf(pattern, { x, y, width, height }, stepPx).strokes) {
          expect(Math.min(x0, x1)).toBeGreaterThanOrEqual(x - 1e-9);
          expect(Math.max(x0, x1)).toBeLessThanOrEqual(x + width + 1e-9);
          expect(Math.min(y0, y1)).toBeGreaterThanOrEqual(y - 1e-9);
          expect(Math.max(y0, y1)).toBeLessThanOrEqual(y + height + 1e-9);
        }
      }),
      { numRuns: 200 },
    );
  });
});

test("no two of eight runs look alike in black and white", () => {
  const rect = { x: 0, y: 0, width: 26, height: 14 };
  const looks = patterns.map((_, i) => {
    const { pattern, fill } = barLook(themes.print, i);
    return JSON.stringify([fill, strokesOf(pattern, rect, 5)]);
  });
  expect(new Set(looks).size).toBe(patterns.length);
});
