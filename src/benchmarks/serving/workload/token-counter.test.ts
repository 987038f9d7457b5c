import { expect, test } from "bun:test";
import fc from "fast-check";
import { estimatedTokens } from "./token-counter.ts";

test.each([
  ["", 0],
  ["a", 1],
  ["abcd", 1],
  ["abcde", 2],
  ["é", 1],
  ["漢字", 2],
  ["🎉🎉", 2],
])("%p is estimated as %d tokens: four UTF-8 bytes each, begun ones counted", (text, tokens) => {
  expect(estimatedTokens.count(text)).toBe(tokens);
});

test("never throws, and a longer text has never fewer tokens", () => {
  const well = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(well, well, (a, b) => {
      expect(estimatedTokens.count(a + b)).toBeGreaterThanOrEqual(estimatedTokens.count(a));
    }),
  );
  expect(estimatedTokens.count("\ud800")).toBe(1);
});

test("is not exact, and its name says so", () => {
  expect(estimatedTokens.exact).toBe(false);
  expect(estimatedTokens.name).toContain("estimate");
});
