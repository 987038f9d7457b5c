import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { editDistance, nearest } from "./nearest.ts";

describe("editDistance", () => {
  test.each([
    ["", "", 0],
    ["abc", "abc", 0],
    ["", "abc", 3],
    ["rate", "rat", 1],
    ["rate", "rates", 1],
    ["rate", "rite", 1],
    ["rate", "raet", 1],
    ["ca", "abc", 3],
    ["kitten", "sitting", 3],
    ["concurrency", "concurency", 1],
  ])("%s to %s is %d", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });

  test("is symmetric, 0 only for equal words, and lies between the difference and the sum of what must change", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
      { numRuns: 1000 },
    );
  });

  test("agrees with the recursive definition", () => {
    const slow = (a: string, b: string): number => {
      if (a === "" || b === "") return a.length + b.length;
      const same = a.at(-1) === b.at(-1) ? 0 : 1;
      let best = Math.min(
        slow(a.slice(0, -1), b) + 1,
        slow(a, b.slice(0, -1)) + 1,
        slow(a.slice(0, -1), b.slice(0, -1)) + same,
      );
      if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
        best = Math.min(best, slow(a.slice(0, -2), b.slice(0, -2)) + 1);
      }
      return best;
    };
    const short = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 });
    fc.assert(fc.property(short, short, (a, b) => expect(editDistance(a, b)).toBe(slow(a, b))));
  });
});

describe("nearest", () => {
  const flags = ["rate", "request-rate", "concurrency", "duration", "outdir", "json"];

  test.each([
    ["ratee", "rate"],
    ["dration", "duration"],
    ["concurency", "concurrency"],
    ["outdri", "outdir"],
    ["conc", "concurrency"],
    ["req", "request-rate"],
  ])("%s is most likely %s", (typed, flag) => {
    expect(nearest(typed, flags)).toBe(flag);
  });

  test.each(["verbose", "x", "zzzzzz", ""])("%p is like none", (typed) => {
    expect(nearest(typed, flags)).toBeUndefined();
  });

  test("an exact match wins over a prefix, and nothing is near in an empty list", () => {
    expect(nearest("rate", ["rates", "rate"])).toBe("rate");
    expect(nearest("rate", [])).toBeUndefined();
  });
});

test("a word whose every letter would change is near to nothing", () => {
  expect(nearest("zz", ["b", "ab"])).toBeUndefined();
  expect(nearest("tf", ["tp"])).toBe("tp");
});
