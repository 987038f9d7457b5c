import { expect, test } from "bun:test";
import { crossesRect, overlaps } from "./overlap.ts";

const rect = { x: 10, y: 10, width: 20, height: 10 };

test("rectangles that touch do not overlap", () => {
  expect(overlaps(rect, { x: 25, y: 15, width: 50, height: 50 })).toBe(true);
  expect(overlaps(rect, { x: 30, y: 10, width: 5, height: 5 })).toBe(false);
  expect(overlaps(rect, { x: 10, y: 20, width: 5, height: 5 })).toBe(false);
});

test.each([
  [
    "through it",
    [
      [0, 15],
      [50, 15],
    ],
    true,
  ],
  [
    "across a corner",
    [
      [5, 15],
      [15, 5],
    ],
    true,
  ],
  [
    "past a corner",
    [
      [5, 11],
      [11, 5],
    ],
    false,
  ],
  [
    "inside",
    [
      [12, 12],
      [14, 14],
    ],
    true,
  ],
  [
    "above",
    [
      [0, 5],
      [50, 5],
    ],
    false,
  ],
  [
    "short of it",
    [
      [0, 15],
      [9, 15],
    ],
    false,
  ],
  [
    "down through it",
    [
      [20, 0],
      [20, 50],
    ],
    true,
  ],
] as const)("a segment %s", (_, segment, crosses) => {
  expect(crossesRect(segment, rect)).toBe(crosses);
});
