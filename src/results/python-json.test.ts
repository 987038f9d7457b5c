import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { JsonSyntaxError, parsePythonJson } from "./python-json.ts";

test("Python's words for numbers that JSON has not", () => {
  expect(parsePythonJson('{"a": [NaN, Infinity, -Infinity, -1.5e3], "b": "NaN \\u00e4"}')).toEqual({
    a: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1500],
    b: "NaN ä",
  });
});

test("whatever JSON says is read the same beside such a word", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2), (value, indent) => {
      const plain = JSON.stringify(value, null, indent);
      expect(parsePythonJson(`[${plain}, NaN]`)).toEqual([JSON.parse(plain), Number.NaN]);
    }),
  );
});

describe("broken text is an error that says where", () => {
  test.each([
    ["", 1, 1, "ends in the middle"],
    ['{"a": 1,\n "b": }', 2, 7, "expected a value"],
    ['{"a": 1', 1, 8, 'ends before "}"'],
    ['[1,\n2,\n  "x]', 3, 3, "does not end"],
    ['{"a" 1}', 1, 6, 'expected ":"'],
    ["{a: 1}", 1, 2, "key in double quotes"],
    ["[1 2]", 1, 4, 'expected "," or "]"'],
    ["[1]\n]", 2, 1, "after the end"],
    ["[nan]", 1, 2, "expected a value"],
    ["[01]", 1, 3, 'expected ","'],
    [`${"[".repeat(600)}`, 1, 502, "deep"],
  ])("%j", (text, line, column, words) => {
    try {
      parsePythonJson(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(JsonSyntaxError);
      expect(error).toMatchObject({ line, column });
      expect((error as Error).message).toContain(words);
    }
  });

  test("cut anywhere", () => {
    const text = JSON.stringify({ a: [1.5, "x", { b: null }], c: true }, null, 1);
    for (let end = 0; end < text.length; end++) {
      expect(() => parsePythonJson(text.slice(0, end))).toThrow(JsonSyntaxError);
    }
  });
});
