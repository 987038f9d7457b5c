import { expect, test } from "bun:test";
import { isNarrow, relativeHalfWidth } from "./sequential.ts";

test("half the interval over the estimate", () => {
  expect(relativeHalfWidth({ value: 200, low: 190, high: 210 })).toBe(0.05);
  expect(relativeHalfWidth({ value: -200, low: -220, high: -200 })).toBe(0.05);
  expect(isNarrow({ value: 200, low: 190, high: 210 }, 0.05)).toBe(true);
  expect(isNarrow({ value: 200, low: 189, high: 210 }, 0.05)).toBe(false);
});

test("what is not known is not narrow", () => {
  for (const unknown of [
    { value: 200, low: 199, high: null },
    { value: 200, low: null, high: 201 },
    { value: 0, low: 0, high: 0 },
    { value: 200, low: 199, high: 201, small: true },
  ]) {
    expect(isNarrow(unknown, 0.5)).toBe(false);
  }
});
