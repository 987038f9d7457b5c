import { expect, test } from "bun:test";
import fc from "fast-check";
import { strictJson, strictJsonLine } from "./strict-json.ts";

test("has no number that JSON does not know", () => {
  const value = {
    a: Number.NaN,
    b: Number.POSITIVE_INFINITY,
    c: [Number.NEGATIVE_INFINITY, 1],
    d: Float64Array.of(0.5, Number.NaN),
  };
  expect(JSON.parse(strictJson(value))).toEqual({ a: null, b: null, c: [null, 1], d: [0.5, null] });
});

test("keeps the order of keys and indents by 2", () => {
  expect(strictJson({ z: 1, a: { y: 2 } })).toBe('{\n  "z": 1,\n  "a": {\n    "y": 2\n  }\n}\n');
  expect(strictJsonLine({ z: 1, a: [1, 2] })).toBe('{"z":1,"a":[1,2]}');
});

test("takes maps, sets, whole bigints and typed arrays", () => {
  const value = {
    m: new Map([["k", Number.NaN]]),
    s: new Set([1]),
    n: 5n,
    big: 2n ** 60n,
    u: Uint8Array.of(1, 2),
  };
  expect(JSON.parse(strictJson(value))).toEqual({
    m: { k: null },
    s: [1],
    n: 5,
    big: "1152921504606846976",
    u: [1, 2],
  });
});

test("refuses what has no JSON form", () => {
  expect(() => strictJson(undefined)).toThrow(TypeError);
});

test("gives back every JSON value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      expect(JSON.stringify(JSON.parse(strictJson(value)))).toBe(JSON.stringify(value));
      expect(strictJsonLine(value)).not.toContain("\n");
    }),
  );
});
