import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { csvSlices, csvText, parseCsv } from "./csv.ts";

const cell = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom('"', "\n", "\r", ",", " ", "\t", "é", "漢", "🚀", "\ufeff", "=", "a") }),
);
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
  );

describe("the round trip", () => {
  for (const newline of ["\n", "\r\n"] as const) {
    test(`keeps every cell, lines ended by ${JSON.stringify(newline)}`, () => {
      fc.assert(
        fc.property(table, (rows) => {
          expect(parseCsv(csvText(null, rows, { newline }))).toEqual(rows);
        }),
        { numRuns: 1000 },
      );
    });
  }

  test("does not depend on where the slices are cut", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 4 }), (rows, sliceRows) => {
        expect([...csvSlices(["a"], rows, { sliceRows })].join("")).toBe(csvText(["a"], rows));
      }),
    );
  });
});

test("writes numbers in full and leaves what is absent empty", () => {
  const row = [1, 0.1, -0, 1e21, null, Number.NaN, Number.POSITIVE_INFINITY, true, "", 123_456_789.123_456];
  expect(csvText(["x"], [row])).toBe("x\n1,0.1,0,1e+21,,,,true,,123456789.123456\n");
});

test("reads a file without a last line end, an empty one, and a header alone", () => {
  expect(parseCsv("a,b\r\n1,2")).toEqual([
    ["a", "b"],
    ["1", "2"],
  ]);
  expect(parseCsv("")).toEqual([]);
  expect(parseCsv("a\n")).toEqual([["a"]]);
});

test("refuses a quote that never closes", () => {
  expect(() => parseCsv('a\n"b,c\n')).toThrow();
});

test("many rows come in slices", () => {
  function* rows() {
    for (let i = 0; i < 100_000; i++) yield [i, 1.5, "text"];
  }
  let lines = 0;
  let longest = 0;
  for (const slice of csvSlices(["i", "x", "s"], rows())) {
    longest = Math.max(longest, slice.length);
    for (let at = slice.indexOf("\n"); at >= 0; at = slice.indexOf("\n", at + 1)) lines++;
  }
  expect(lines).toBe(100_001);
  expect(longest).toBeLessThan(200_000);
});
