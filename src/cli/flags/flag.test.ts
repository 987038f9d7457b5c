import { expect, test } from "bun:test";
import fc from "fast-check";
import { envName, flagName, optional, repeated, withDefault } from "./flag.ts";
import { integer, text } from "./kinds.ts";

test("names follow from keys", () => {
  expect(["rate", "maxTokens", "apiKeyFile", "top1Only"].map(flagName)).toEqual([
    "rate",
    "max-tokens",
    "api-key-file",
    "top1-only",
  ]);
  expect(envName("max-tokens")).toBe("INFERBENCH_MAX_TOKENS");
});

test("different keys in camel case have different names and different variables", () => {
  const key = fc.stringMatching(/^[a-z]{1,5}([A-Z][a-z]{0,4}){0,3}$/);
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(flagName(a) === flagName(b)).toBe(a === b);
      expect(envName(flagName(a)) === envName(flagName(b))).toBe(a === b);
    }),
  );
});

test("the three sorts of flags", () => {
  const extra = { group: "G", aliases: ["b"], env: ["B"] };
  expect(optional(text(), "a text")).toMatchObject({
    describe: "a text",
    group: "Options",
    repeatable: false,
    aliases: [],
    env: [],
  });
  expect(optional(text(), "d")).not.toHaveProperty("default");
  expect(withDefault(integer(), "5", "d", extra)).toMatchObject({
    default: "5",
    repeatable: false,
    ...extra,
  });
  expect(repeated(text(), "d", extra)).toMatchObject({ repeatable: true, ...extra });
});
