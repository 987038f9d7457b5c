import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { makePlan, planHash, type ServingPlan } from "../../benchmarks/serving/plan.ts";
import { ToolError } from "../../core/errors.ts";
import { settingsOf } from "./config.ts";
import { promptLengths } from "./lengths.ts";
import { loadOf } from "./load.ts";
import { valuesOf } from "./values.fake.ts";
import { workloadOf } from "./workload.ts";

const FIXTURES = join(import.meta.dir, "../../../fixtures");
const TOKENIZER = join(FIXTURES, "tokenizer");
const PROMPTS = join(FIXTURES, "prompts.txt");
const SHAREGPT = join(FIXTURES, "sharegpt-sample.json");

const workload = (...argv: string[]) => workloadOf(valuesOf(...argv), {}, null);

async function texts(n: number, ...argv: string[]): Promise<string[]> {
  const { prompts } = await workload(...argv);
  return Array.from({ length: n }, (_, i) => prompts.at(i).text);
}

async function planOf(...argv: string[]): Promise<ServingPlan> {
  const values = valuesOf(...argv);
  const { prompts, warmupPrompts, sessions } = await workloadOf(values, {}, null);
  return makePlan({
    ...loadOf(values, null),
    warmupRequests: values.warmup,
    drainMs: values.drainTimeout,
    limits: { firstTokenMs: 1, betweenChunksMs: 1, totalMs: 1 },
    seed: values.seed,
    request: { ...settingsOf(values), model: "m" },
    prompts,
    warmupPrompts,
    sessions,
    trafficSplit: null,
  });
}

function problem(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    expect([(error as ToolError).code, (error as ToolError).exit]).toEqual(["USAGE", 2]);
    return (error as ToolError).message;
  }
  throw new Error("was accepted");
}

describe("the same command line", () => {
  test.each([
    [["--seed", "7", "--cache-salt", "1"]],
    [["--seed", "7", "--cache", "warm"]],
    [["--seed", "7", "--cache-salt", "1", "--sample-prompts-file", PROMPTS]],
    [["--seed", "7", "--cache-salt", "1", "--dataset", SHAREGPT, "--tokenizer", TOKENIZER]],
    [["--seed", "7", "--cache-salt", "1", "--rate", "50"]],
    [
      [
        "--seed",
        "7",
        "--cache-salt",
        "1",
        "--dataset",
        SHAREGPT,
        "--conversations",
        "--think-time",
        "uniform:1s-2s",
      ],
    ],
  ])("gives the same plan, byte for byte: %j", async (argv) => {
    const [a, b] = [await planOf(...argv), await planOf(...argv)];
    expect(planHash(a)).toBe(planHash(b));
    expect(a.offsetsMs).toEqual(b.offsetsMs);
    for (let i = 0; i < 200; i++) expect(a.prompts.at(i)).toEqual(b.prompts.at(i));
  });

  test("with another seed gives other prompts, and other send times", async () => {
    const [a, b] = [
      await planOf("--rate", "50", "--cache", "warm"),
      await planOf("--rate", "50", "--cache", "warm", "--seed", "1"),
    ];
    expect(planHash(a)).not.toBe(planHash(b));
    expect(a.offsetsMs![0]).not.toBe(b.offsetsMs![0]!);
    expect(a.prompts.at(0).text).not.toBe(b.prompts.at(0).text);
  });
});

describe("--cache", () => {
  test("fresh draws a new salt for each run, which is in the workload; --cache-salt fixes it", async () => {
    const [a, b] = [await workload(), await workload()];
    expect(a.salt).not.toBeNull();
    expect(a.salt).not.toBe(b.salt);
    expect(a.prompts.at(0).text).not.toBe(b.prompts.at(0).text);
    const again = await workload("--cache-salt", String(a.salt));
    expect(again.salt).toBe(a.salt);
    expect(again.prompts.at(0)).toEqual(a.prompts.at(0));
  });

  test("warm sends the prompts as they are", async () => {
    const { salt, prompts } = await workload("--cache", "warm", "--sample-prompts-file", PROMPTS);
    expect(salt).toBeNull();
    const lines = (await Bun.file(PROMPTS).text()).trimEnd().split("\n");
    const sent = Array.from({ length: lines.length }, (_, i) => prompts.at(i).text);
    expect(sent.toSorted()).toEqual(lines.toSorted());
    expect(sent).not.toEqual(lines);
  });

  test("warm with a salt is a contradiction", async () => {
    const error = await workload("--cache", "warm", "--cache-salt", "5").catch((thrown: unknown) => thrown);
    expect((error as ToolError).message).toStartWith("--cache-salt has no effect with --cache warm");
  });

  test("two runs with different salts share no first word sequence, from whatever source", async () => {
    for (const source of [[], ["--sample-prompts-file", PROMPTS], ["--dataset", SHAREGPT]]) {
      const heads = async (salt: string) =>
        (await texts(500, "--cache-salt", salt, ...source)).map((text) =>
          text.split(" ").slice(0, 4).join(" "),
        );
      const [a, b] = [await heads("1"), await heads("2")];
      expect(new Set([...a, ...b]).size).toBe(1000);
    }
  });
});

describe("warm-up", () => {
  test.each([
    [[]],
    [["--sample-prompts-file", PROMPTS]],
    [["--dataset", SHAREGPT, "--tokenizer", TOKENIZER]],
  ])("prompts are as long as the run's and never one of them: %j", async (source) => {
    const { prompts, warmupPrompts } = await workload("--cache-salt", "3", ...source);
    const run = new Set<string>();
    for (let i = 0; i < 1000; i++) run.add(prompts.at(i).text);
    for (let i = 0; i < 1000; i++) {
      const [prompt, warmup] = [prompts.at(i), warmupPrompts.at(i)];
      expect(run.has(warmup.text)).toBe(false);
      expect([warmup.promptTokens, warmup.maxTokens]).toEqual([prompt.promptTokens, prompt.maxTokens]);
    }
  });

  test("prompts do not head the run's either: no prefix cache knows them", async () => {
    const { prompts, warmupPrompts } = await workload("--cache", "warm");
    const head = (text: string) => text.split(" ").slice(0, 4).join(" ");
    const run = new Set(Array.from({ length: 1000 }, (_, i) => head(prompts.at(i).text)));
    expect(Array.from({ length: 1000 }, (_, i) => run.has(head(warmupPrompts.at(i).text)))).not.toContain(
      true,
    );
  });
});

describe("lengths", () => {
  test("without a tokenizer are estimates, and the counter says so", async () => {
    const { counter } = await workload();
    expect([counter.exact, counter.name]).toEqual([false, "estimate (4 bytes a token)"]);
  });

  test("with a tokenizer are what it counts, salted or not", async () => {
    for (const cache of [
      ["--cache", "warm"],
      ["--cache-salt", "9"],
    ]) {
      const { prompts, warmupPrompts, counter } = await workload("--tokenizer", TOKENIZER, ...cache);
      for (let i = 0; i < 100; i++) {
        for (const { text, promptTokens } of [prompts.at(i), warmupPrompts.at(i)]) {
          expect(counter.count(text)).toBe(promptTokens);
          expect(promptTokens).toBeGreaterThanOrEqual(8);
          expect(promptTokens).toBeLessThanOrEqual(128);
        }
      }
    }
  });

  test("of answers are asked for as --output-tokens says", async () => {
    const { prompts } = await workload("--output-tokens", "64-66");
    const lengths = new Set(Array.from({ length: 200 }, (_, i) => prompts.at(i).maxTokens));
    expect([...lengths].sort()).toEqual([64, 65, 66]);
    expect((await workload("--output-tokens", "5")).prompts.at(0).maxTokens).toBe(5);
  });

  test("of a dataset's prompts keep to --max-input-length and --max-output-length", async () => {
    const limits = ["--max-input-length", "40", "--max-output-length", "100"];
    const { prompts } = await workload(
      "--dataset",
      SHAREGPT,
      "--tokenizer",
      TOKENIZER,
      "--cache",
      "warm",
      ...limits,
    );
    for (let i = 0; i < 50; i++) {
      expect(prompts.at(i).promptTokens).toBeLessThanOrEqual(40);
      expect(prompts.at(i).maxTokens).toBeLessThanOrEqual(100);
    }
  });
});

describe("promptLengths", () => {
  const lengths = (...argv: string[]) => promptLengths(valuesOf(...argv));

  test.each([
    [[], { kind: "uniform", min: 8, max: 128 }],
    [["--min-tokens", "5", "--max-tokens", "5"], { kind: "uniform", min: 5, max: 5 }],
    [["--prompt-dist", "fixed"], { kind: "fixed", tokens: 128 }],
    [["--prompt-dist", "fixed", "--prompt-tokens", "9"], { kind: "fixed", tokens: 9 }],
    [["--prompt-dist", "choices", "--choices-tokens", "32,64"], { kind: "choices", tokens: [32, 64] }],
    [
      ["--prompt-dist", "lognormal", "--mean-tokens", "50", "--stdev-tokens", "20"],
      { kind: "lognormal", mean: 50, sd: 20, min: 8, max: 128 },
    ],
    [
      ["--prompt-dist", "normal", "--mean-tokens", "50", "--stdev-tokens", "0"],
      { kind: "normal", mean: 50, sd: 0, min: 8, max: 128 },
    ],
  ])("%j", (argv, distribution) => {
    expect(lengths(...argv)).toEqual(distribution as never);
  });

  test.each([
    [["--min-tokens", "200"], "--min-tokens 200 is more than --max-tokens 128"],
    [["--prompt-dist", "choices"], "--prompt-dist choices needs --choices-tokens, such as 32,64,128"],
    [["--prompt-dist", "normal"], "--prompt-dist normal needs --mean-tokens and --stdev-tokens"],
    [
      ["--prompt-dist", "lognormal", "--mean-tokens", "50"],
      "--prompt-dist lognormal needs --mean-tokens and --stdev-tokens",
    ],
    [["--prompt-tokens", "9"], "--prompt-tokens has no effect with --prompt-dist uniform"],
    [["--choices-tokens", "9"], "--choices-tokens has no effect with --prompt-dist uniform"],
    [
      ["--prompt-dist", "fixed", "--mean-tokens", "9"],
      "--mean-tokens has no effect with --prompt-dist fixed",
    ],
    [
      ["--prompt-dist", "normal", "--mean-tokens", "512", "--stdev-tokens", "10"],
      "--mean-tokens 512 lies outside of --min-tokens 8 to --max-tokens 128",
    ],
    [
      ["--prompt-dist", "lognormal", "--mean-tokens", "4", "--stdev-tokens", "1"],
      "--mean-tokens 4 lies outside of --min-tokens 8 to --max-tokens 128",
    ],
  ])("%j is refused", (argv, message) => {
    expect(problem(() => lengths(...argv))).toBe(message);
  });
});

describe("prompts from two places, or lengths for prompts that have their own", () => {
  test.each([
    [
      ["--sample-prompts-file", PROMPTS, "--dataset", SHAREGPT],
      "--sample-prompts-file and --dataset both name the prompts",
    ],
    [
      ["--sample-prompts-file", PROMPTS, "--prompt-tokens", "9"],
      "--prompt-tokens has no effect with --sample-prompts-file",
    ],
    [["--dataset", SHAREGPT, "--stdev-tokens", "9"], "--stdev-tokens has no effect with --dataset"],
    [["--dataset", SHAREGPT, "--output-tokens", "9"], "--output-tokens has no effect with --dataset"],
    [["--dataset", SHAREGPT, "--max-tokens", "9"], "--max-tokens has no effect with --dataset"],
    [
      ["--sample-prompts-file", PROMPTS, "--max-output-length", "9"],
      "--max-output-length has no effect with --sample-prompts-file",
    ],
    [["--max-input-length", "9"], "--max-input-length has no effect with --prompt-dist uniform"],
    [
      ["--prompt-dist", "fixed", "--prompt-tokens", "9", "--min-tokens", "4"],
      "--min-tokens has no effect with --prompt-dist fixed",
    ],
  ])("%j is refused", async (argv, message) => {
    const error = await workload(...argv).catch((thrown: unknown) => thrown);
    expect([(error as ToolError).code, (error as ToolError).message]).toEqual(["USAGE", message]);
  });
});
