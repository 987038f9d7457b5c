import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ToolError } from "../../../core/errors.ts";
import { atPath, parseJsonPath } from "./json-path.ts";

describe("parseJsonPath", () => {
  test.each([
    ["text", ["text"]],
    ["choices[0].text", ["choices", 0, "text"]],
    ["[0].generated_text", [0, "generated_text"]],
    ["predictions[0][0].generated_text", ["predictions", 0, 0, "generated_text"]],
    [".a.b", ["a", "b"]],
    ["a-b.$c._d9", ["a-b", "$c", "_d9"]],
    ["a[12]", ["a", 12]],
  ])("%s", (text, path) => {
    expect(parseJsonPath(text)).toEqual(path);
  });

  test.each([
    "",
    ".",
    "a.",
    "a..b",
    "a[",
    "a[]",
    "a[x]",
    "a[-1]",
    "a[1.5]",
    "9a",
    "a b",
    "a.[0]",
    "a/b",
    "$.",
    "a['b']",
  ])("%p is none", (text) => {
    expect(() => parseJsonPath(text)).toThrow(ToolError);
    expect(() => parseJsonPath(text)).toThrow("JSON path");
  });

  test("reads back every path that it is written from", () => {
    const name = fc.stringMatching(/^[A-Za-z_$][\w$-]{0,6}$/);
    const step = fc.oneof(name, fc.nat(1000));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (path) => {
        const text = path.map((s, i) => (typeof s === "number" ? `[${s}]` : i === 0 ? s : `.${s}`)).join("");
        expect(parseJsonPath(text)).toEqual(path);
      }),
    );
  });
});

describe("atPath", () => {
  const json = { choices: [{ text: "a" }, null], n: 0, list: [[1, 2]] };

  test.each([
    ["choices[0].text", "a"],
    ["n", 0],
    ["list[0][1]", 2],
    ["choices[1]", null],
    ["choices[1].text", undefined],
    ["choices[5].text", undefined],
    ["choices.text", undefined],
    ["n.x", undefined],
    ["choices[0].text[0]", undefined],
    ["none.of.these", undefined],
  ])("%s", (text, value) => {
    expect(atPath(json, parseJsonPath(text))).toEqual(value);
  });

  test("finds what stands where any JSON says, and never throws", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.oneof(fc.string(), fc.nat(3)), { maxLength: 4 }),
        (value, path) => {
          expect(() => atPath(value, path)).not.toThrow();
          expect(atPath({ a: [value] }, ["a", 0])).toBe(value as never);
        },
      ),
    );
  });
});
