import { describe, expect, test } from "bun:test";
import { ToolError } from "../../core/errors.ts";
import { optional, repeated, withDefault } from "./flag.ts";
import { duration, integer, list, rate, size, text, toggle } from "./kinds.ts";
import { resolveFlags } from "./resolve.ts";

const flags = {
  rate: optional(rate(), ""),
  maxTokens: withDefault(integer({ min: 1, max: 4096 }), "128", ""),
  duration: withDefault(duration(), "60s", ""),
  limit: optional(size(), ""),
  stream: withDefault(toggle(), "true", ""),
  choicesTokens: optional(list(integer({ min: 1 })), ""),
  header: repeated(text(), ""),
  model: optional(text(), "", { env: ["MODEL_NAME", "MODEL"] }),
};

interface Sources {
  argv?: Record<string, string[]>;
  env?: Record<string, string | undefined>;
  file?: Record<string, unknown>;
}

function resolve({ argv = {}, env = {}, file }: Sources) {
  const entries =
    file === undefined ? null : { path: "c.yaml", entries: file, lines: new Map<string, number>() };
  return resolveFlags(flags, new Map(Object.entries(argv)), env, entries);
}

/** The lines of the error. */
function problems(sources: Sources): string[] {
  try {
    resolve(sources);
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    expect([(error as ToolError).code, (error as ToolError).exit]).toEqual(["USAGE", 2]);
    return (error as ToolError).message.split("\n");
  }
  throw new Error(`${JSON.stringify(sources)} was accepted`);
}

describe("where values come from", () => {
  test("defaults are parsed like any other text; what has none is undefined or empty", () => {
    expect(resolve({}).values).toEqual({
      rate: undefined,
      maxTokens: 128,
      duration: 60_000,
      limit: undefined,
      stream: true,
      choicesTokens: undefined,
      header: [],
      model: undefined,
    });
    expect([...resolve({}).sources]).toEqual([
      ["maxTokens", "default"],
      ["duration", "default"],
      ["stream", "default"],
    ]);
  });

  test("flags win over the environment, it over the file, it over defaults", () => {
    const file = { "max-tokens": 4 };
    const env = { INFERBENCH_MAX_TOKENS: "3" };
    const argv = { maxTokens: ["2"] };
    const found = (sources: Sources) => {
      const { values, sources: from } = resolve(sources);
      return [values.maxTokens, from.get("maxTokens")];
    };
    expect(found({ argv, env, file })).toEqual([2, "flag"]);
    expect(found({ env, file })).toEqual([3, "env"]);
    expect(found({ file })).toEqual([4, "file"]);
    expect(found({})).toEqual([128, "default"]);
  });

  test("an empty variable counts as absent", () => {
    expect(resolve({ env: { INFERBENCH_MAX_TOKENS: "" }, file: { max_tokens: 4 } }).values.maxTokens).toBe(4);
  });

  test("our own variable goes before a flag's others, and they in their order", () => {
    const all = { INFERBENCH_MODEL: "a", MODEL_NAME: "b", MODEL: "c" };
    expect(resolve({ env: all }).values.model).toBe("a");
    expect(resolve({ env: { ...all, INFERBENCH_MODEL: undefined } }).values.model).toBe("b");
    expect(resolve({ env: { MODEL: "c" } }).values.model).toBe("c");
  });

  test("a losing source is not even looked at", () => {
    expect(resolve({ argv: { rate: ["5"] }, env: { INFERBENCH_RATE: "nonsense" } }).values.rate).toBe(5);
  });

  test("the values cannot be changed afterwards", () => {
    const { values } = resolve({});
    expect(Object.isFrozen(values)).toBe(true);
  });
});

describe("the file", () => {
  test("takes texts, numbers, switches and lists", () => {
    const file = {
      rate: "90/m",
      max_tokens: 7,
      stream: false,
      "choices-tokens": [1, 2, 3],
      header: ["a: b", "c: d"],
    };
    expect(resolve({ file }).values).toMatchObject({
      rate: 1.5,
      maxTokens: 7,
      stream: false,
      choicesTokens: [1, 2, 3],
      header: ["a: b", "c: d"],
    });
  });

  test("a list may also be one text, a repeatable flag one value, YAML's .inf a rate", () => {
    const file = { "choices-tokens": "1,2", header: "a: b", rate: Number.POSITIVE_INFINITY };
    expect(resolve({ file }).values).toMatchObject({
      choicesTokens: [1, 2],
      header: ["a: b"],
      rate: Number.POSITIVE_INFINITY,
    });
  });

  test("an unknown key names the nearest, written with - or with _", () => {
    expect(problems({ file: { "max-tokns": 5 } })).toEqual([
      'unknown key "max-tokns" in c.yaml (did you mean "max-tokens"?)',
    ]);
    expect(problems({ file: { max_tokns: 5, zzzzzz: 1 } })).toEqual([
      'unknown key "max_tokns" in c.yaml (did you mean "max-tokens"?)',
      'unknown key "zzzzzz" in c.yaml',
    ]);
  });

  test("an unknown key is an error even where a flag would win over the file", () => {
    expect(problems({ argv: { rate: ["5"] }, file: { rte: 6 } })).toHaveLength(1);
  });

  test("two keys of one flag are an error", () => {
    expect(problems({ file: { "max-tokens": 5, max_tokens: 6 } })).toEqual([
      '"max_tokens" in c.yaml is the same flag as "max-tokens"',
    ]);
  });

  test.each([
    [
      { rate: null },
      '"rate" in c.yaml: null is not a rate above 0 such as 20, 0.5, 90/m, or inf for all at once',
    ],
    [{ max_tokens: { a: 1 } }, '"max_tokens" in c.yaml: {"a":1} is not a whole number from 1 to 4096'],
    [{ model: ["a", "b"] }, '"model" in c.yaml: ["a","b"] is not a text that is not empty'],
    [{ header: [["a"]] }, '"header" in c.yaml: [["a"]] is not a text that is not empty'],
    [
      { "choices-tokens": [1, [2]] },
      '"choices-tokens" in c.yaml: [1,[2]] is not a whole number of at least 1, several separated by commas',
    ],
    [
      { "choices-tokens": [] },
      '"choices-tokens" in c.yaml: "" is not a whole number of at least 1, several separated by commas',
    ],
    [{ max_tokens: 5000 }, '"max_tokens" in c.yaml: "5000" is not a whole number from 1 to 4096'],
  ])("%j is refused", (file, problem) => {
    expect(problems({ file })).toEqual([problem]);
  });
});

describe("values that are not allowed", () => {
  test.each([
    ["rate", "0", '--rate: "0" is not a rate above 0 such as 20, 0.5, 90/m, or inf for all at once'],
    ["rate", "-1", '--rate: "-1" is not a rate above 0 such as 20, 0.5, 90/m, or inf for all at once'],
    ["maxTokens", "-1", '--max-tokens: "-1" is not a whole number from 1 to 4096'],
    ["maxTokens", "", '--max-tokens: "" is not a whole number from 1 to 4096'],
    [
      "duration",
      "5 minutes",
      '--duration: "5 minutes" is not a duration such as 250ms, 90s, 5m or 1h30m (a bare number counts seconds)',
    ],
    [
      "limit",
      "32XB",
      '--limit: "32XB" is not a size such as 4096, 256KiB or 32GB (KB, MB, GB are powers of 10, KiB, MiB, GiB of 2)',
    ],
    ["stream", "maybe", '--stream: "maybe" is not true or false'],
  ])("--%s %p", (key, value, problem) => {
    expect(problems({ argv: { [key]: [value] } })).toEqual([problem]);
  });

  test("name the variable they came from", () => {
    expect(problems({ env: { INFERBENCH_MAX_TOKENS: "many" } })).toEqual([
      'environment variable INFERBENCH_MAX_TOKENS: "many" is not a whole number from 1 to 4096',
    ]);
  });

  test("are reported together, from wherever they come", () => {
    expect(
      problems({
        argv: { rate: ["fast"], header: ["ok", ""] },
        env: { INFERBENCH_MAX_TOKENS: "0" },
        file: { durtion: 5, stream: "maybe" },
      }),
    ).toEqual([
      'unknown key "durtion" in c.yaml (did you mean "duration"?)',
      '--rate: "fast" is not a rate above 0 such as 20, 0.5, 90/m, or inf for all at once',
      'environment variable INFERBENCH_MAX_TOKENS: "0" is not a whole number from 1 to 4096',
      '"stream" in c.yaml: "maybe" is not true or false',
      '--header: "" is not a text that is not empty',
    ]);
  });
});
