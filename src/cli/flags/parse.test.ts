import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ToolError } from "../../core/errors.ts";
import { optional, repeated, withDefault } from "./flag.ts";
import { integer, list, mode, rate, text, toggle } from "./kinds.ts";
import { namesOf, parseArguments } from "./parse.ts";

const flags = {
  rate: optional(rate(), "", { aliases: ["request-rate"] }),
  maxTokens: withDefault(integer({ min: 1 }), "128", ""),
  choicesTokens: optional(list(integer()), ""),
  stream: withDefault(toggle(), "true", ""),
  gpuMonitor: optional(mode(["auto", "off"], "auto"), ""),
  header: repeated(text(), ""),
  saxModel: optional(text(), "", { aliases: ["sax_name"] }),
};

const given = (...argv: string[]) => Object.fromEntries(parseArguments(argv, flags).given);

/** The error of a command line. */
function problem(...argv: string[]): ToolError {
  try {
    parseArguments(argv, flags);
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    const { code, exit } = error as ToolError;
    expect([code, exit]).toEqual(["USAGE", 2]);
    return error as ToolError;
  }
  throw new Error(`${argv.join(" ")} was accepted`);
}

describe("what is accepted", () => {
  test("a value in the next word or after an equals sign", () => {
    expect(given("--rate", "20")).toEqual({ rate: ["20"] });
    expect(given("--rate=20")).toEqual({ rate: ["20"] });
    expect(given("--header", "a=b", "--header=c=d")).toEqual({ header: ["a=b", "c=d"] });
  });

  test("an empty value is a value, for the flag's kind to judge", () => {
    expect(given("--rate=")).toEqual({ rate: [""] });
    expect(given("--rate", "")).toEqual({ rate: [""] });
  });

  test.each(["--max-tokens", "--max_tokens"])("%s is the same flag", (name) => {
    expect(given(name, "5")).toEqual({ maxTokens: ["5"] });
    expect(given(`${name}=5`)).toEqual({ maxTokens: ["5"] });
  });

  test.each(["--request-rate", "--request_rate"])("the alias %s", (name) => {
    expect(given(name, "5")).toEqual({ rate: ["5"] });
  });

  test.each(["--sax-name", "--sax_name", "--sax_model"])(
    "%s, for an alias declared with an underscore",
    (name) => {
      expect(given(name, "m")).toEqual({ saxModel: ["m"] });
    },
  );

  test("underscores in values stay", () => {
    expect(given("--sax_model=my_model")).toEqual({ saxModel: ["my_model"] });
    expect(given("--header", "x_y: z_w")).toEqual({ header: ["x_y: z_w"] });
  });

  test("switches stand alone, are taken back by --no-, or carry a word", () => {
    expect(given("--stream")).toEqual({ stream: ["true"] });
    expect(given("--no-stream")).toEqual({ stream: ["false"] });
    expect(given("--no_stream")).toEqual({ stream: ["false"] });
    expect(given("--stream=false")).toEqual({ stream: ["false"] });
    expect(given("--gpu-monitor")).toEqual({ gpuMonitor: ["auto"] });
    expect(given("--gpu-monitor=off")).toEqual({ gpuMonitor: ["off"] });
  });

  test("a switch takes the next word where that is true or false, and no other; one with modes takes none", () => {
    expect(parseArguments(["--stream", "false", "a"], flags)).toEqual({
      given: new Map([["stream", ["false"]]]),
      positionals: ["a"],
    });
    expect(given("--stream", "True")).toEqual({ stream: ["True"] });
    for (const [flag, word] of [
      ["--stream", "1"],
      ["--no-stream", "true"],
      ["--gpu-monitor", "off"],
    ] as const)
      expect(parseArguments([flag, word], flags).positionals).toEqual([word]);
  });

  test.each(["-1", "-0.5", "-.5", "-1,2", "-", "-inf"])(
    "%s is a value, so that its kind can say what is allowed",
    (value) => {
      expect(given("--rate", value)).toEqual({ rate: [value] });
    },
  );

  test("words that are no flags, and everything after --, are positionals", () => {
    expect(parseArguments(["a", "--rate", "1", "-", "--", "--rate", "--"], flags)).toEqual({
      given: new Map([["rate", ["1"]]]),
      positionals: ["a", "-", "--rate", "--"],
    });
  });

  test("nothing gives nothing", () => {
    expect(parseArguments([], flags)).toEqual({ given: new Map(), positionals: [] });
  });
});

describe("what is refused, with exit 2", () => {
  test.each([
    ["--rat", "unknown flag --rat", "Did you mean --rate?"],
    ["--max-tokns", "unknown flag --max-tokns", "Did you mean --max-tokens?"],
    ["--max_tokns", "unknown flag --max_tokns", "Did you mean --max-tokens?"],
    ["-rate", "unknown flag -rate", "Did you mean --rate?"],
    ["---rate", "unknown flag ---rate", "Did you mean --rate?"],
    ["--RATE", "unknown flag --RATE", "See --help for the flags of this command."],
    ["--verbose", "unknown flag --verbose", "See --help for the flags of this command."],
    ["--no-rate", "unknown flag --no-rate", undefined],
    ["--no-gpu-monitor", "unknown flag --no-gpu-monitor", "Did you mean --gpu-monitor?"],
    ["--constructor", "unknown flag --constructor", undefined],
    ["--__proto__", "unknown flag --__proto__", undefined],
    ["-x", "unknown flag -x", undefined],
    ["-5", "unknown flag -5", undefined],
  ])("%s", (word, message, hint) => {
    const error = problem(word);
    expect(error.message).toBe(message);
    if (hint !== undefined) expect(error.hint).toBe(hint);
  });

  test("the value of an unknown flag is not shown: it may be a key", () => {
    for (const argv of [["--apikey=sk-123"], ["--apikey", "sk-123"]]) {
      const { message, hint } = problem(...argv);
      expect(`${message} ${hint}`).not.toContain("sk-123");
    }
  });

  test.each([
    [["--rate"]],
    [["--rate", "--max-tokens", "5"]],
    [["--rate", "--"]],
    [["--rate", "--no-stream"]],
  ])("a flag without its value: %j", (argv) => {
    expect(problem(...argv).message).toBe(
      "--rate needs a value: a rate above 0 such as 20, 0.5, 90/m, or inf for all at once",
    );
  });

  test("a flag that may stand once, given twice, also under its other names", () => {
    expect(problem("--rate", "1", "--rate", "2").message).toBe('--rate was given twice: "1" and "2"');
    expect(problem("--rate=1", "--request_rate=2").message).toBe('--rate was given twice: "1" and "2"');
    expect(problem("--stream", "--no-stream").message).toBe('--stream was given twice: "true" and "false"');
    expect(problem("--rate=1", "--rate=1").message).toBe('--rate was given twice: "1" and "1"');
  });

  test("--no- with a value", () => {
    expect(problem("--no-stream=true").message).toBe('--no-stream takes no value, but was given "true"');
  });

  test("all that is wrong, in one error, each line with its own advice", () => {
    const error = problem("--rat", "5", "--max-tokens", "--no-stream=1", "--stream", "--stream", "--header");
    expect(error.message.split("\n")).toEqual([
      "unknown flag --rat. Did you mean --rate?",
      "--max-tokens needs a value: a whole number of at least 1",
      '--no-stream takes no value, but was given "1"',
      '--stream was given twice: "true" and "true". Give it once; only the flags that help marks as repeatable add up.',
      "--header needs a value: a text that is not empty",
    ]);
  });
});

test("reads back every command line that it was built from", () => {
  const value = fc.string().filter((s) => !s.startsWith("-"));
  const words = fc.record({
    rate: fc.option(value),
    headers: fc.array(value, { maxLength: 3 }),
    stream: fc.constantFrom(null, "--stream", "--no-stream"),
    joined: fc.boolean(),
  });
  fc.assert(
    fc.property(words, ({ rate, headers, stream, joined }) => {
      const argv: string[] = [];
      const add = (name: string, text: string) => argv.push(...(joined ? [`${name}=${text}`] : [name, text]));
      for (const header of headers) add("--header", header);
      if (stream !== null) argv.push(stream);
      if (rate !== null) add("--rate", rate);
      expect(given(...argv)).toEqual({
        ...(rate === null ? {} : { rate: [rate] }),
        ...(headers.length === 0 ? {} : { header: headers }),
        ...(stream === null ? {} : { stream: [String(stream === "--stream")] }),
      });
    }),
  );
});

test("any words at all are either read or refused as wrong usage", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("--rate", "--header", "--stream", "--no-stream", "--", "-", "--=", "--no-", "-1", "---"),
    fc.string().map((s) => `--${s}`),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      try {
        parseArguments(argv, flags);
      } catch (error) {
        expect(error).toBeInstanceOf(ToolError);
        expect((error as ToolError).exit).toBe(2);
      }
    }),
    { numRuns: 1000 },
  );
});

test("namesOf knows every name once, in kebab case", () => {
  expect(Object.fromEntries(namesOf(flags))).toEqual({
    rate: "rate",
    "request-rate": "rate",
    "max-tokens": "maxTokens",
    "choices-tokens": "choicesTokens",
    stream: "stream",
    "gpu-monitor": "gpuMonitor",
    header: "header",
    "sax-model": "saxModel",
    "sax-name": "saxModel",
  });
});
