import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { fakePlan } from "../../benchmarks/serving/plan.fake.ts";
import { openaiChat } from "../../benchmarks/serving/protocols/openai-chat.ts";
import { fakeSessions, saidIn } from "../../benchmarks/serving/workload/conversation.fake.ts";
import type { ThinkTime } from "../../benchmarks/serving/workload/think-time.ts";
import type { ToolError } from "../../core/errors.ts";
import { headingOf } from "./heading.ts";
import { valuesOf } from "./values.fake.ts";
import { workloadOf } from "./workload.ts";

const FIXTURES = join(import.meta.dir, "../../../fixtures");
const SHAREGPT = join(FIXTURES, "sharegpt-sample.json");
const conversations = ["--dataset", SHAREGPT, "--conversations"];

const workload = (...argv: string[]) => workloadOf(valuesOf(...argv), {}, null);

test("without --conversations each prompt stands alone", async () => {
  const { sessions, baseSessions } = await workload("--dataset", SHAREGPT);
  expect([sessions, baseSessions]).toEqual([null, null]);
});

test("prompts are the sessions' first turns, with the words that are new in each run", async () => {
  const { base, prompts, sessions, baseSessions } = await workload(...conversations, "--cache-salt", "5");
  for (let i = 0; i < 30; i++) {
    const [sent, plain] = [sessions!.at(i), baseSessions!.at(i)];
    expect(prompts.at(i).messages).toEqual(sent.turns[0]!.messages);
    expect(base.at(i).messages).toEqual(plain.turns[0]!.messages);
    expect(saidIn(sent)[0]).toEndWith(` ${saidIn(plain)[0]}`);
    expect(saidIn(sent).slice(1)).toEqual(saidIn(plain).slice(1));
  }
});

test("--cache warm sends conversations as they are", async () => {
  const { sessions, baseSessions } = await workload(...conversations, "--cache", "warm");
  expect(sessions).toBe(baseSessions);
});

test("--turns keeps the first ones, --max-input-length cuts short", async () => {
  const all = (await workload(...conversations)).sessions!;
  expect([all.mostTurns, all.cutShort]).toEqual([2, 0]);
  const { sessions } = await workload(...conversations, "--turns", "1");
  expect([sessions!.mostTurns, sessions!.cutShort]).toEqual([1, 0]);
  const cut = (await workload(...conversations, "--max-input-length", "100")).sessions!;
  expect(cut.cutShort).toBeGreaterThan(0);
  expect(cut.describe).toMatchObject({ maxInputTokens: 100, mostTurns: null, cutShort: cut.cutShort });
});

test("a warm-up sends other words of the same length, and begins no session", async () => {
  const { prompts, warmupPrompts } = await workload(...conversations);
  const [prompt, warm] = [prompts.at(3), warmupPrompts.at(3)];
  expect([warm.promptTokens, warm.maxTokens]).toEqual([prompt.promptTokens, prompt.maxTokens]);
  expect([warm.messages, warm.session]).toEqual([undefined, undefined]);
});

describe("refused", () => {
  test.each([
    [["--conversations"], "--conversations has no effect without --dataset"],
    [["--turns", "3"], "--turns has no effect without --conversations"],
    [["--dataset", SHAREGPT, "--think-time", "0s"], "--think-time has no effect without --conversations"],
    [
      [...conversations, "--sample-prompts-file", join(FIXTURES, "prompts.txt")],
      "--sample-prompts-file and --dataset both name the prompts",
    ],
    [[...conversations, "--prompt-tokens", "9"], "--prompt-tokens has no effect with --dataset"],
  ])("%j", async (argv, message) => {
    const error = (await workload(...argv).catch((thrown: unknown) => thrown)) as ToolError;
    expect([error.code, error.exit, error.message]).toEqual(["USAGE", 2, message]);
  });

  test("values that are none, all together", () => {
    const ask = () => valuesOf("--turns", "0", "--think-time", "uniform:5s-1s");
    expect(ask).toThrow('--turns: "0" is not a whole number of at least 1');
    expect(ask).toThrow('--think-time: "uniform:5s-1s" is not a think time such as 2s, exponential:2s');
  });
});

describe("the heading", () => {
  const target = { url: "http://localhost:8000/v1/chat/completions", protocol: openaiChat } as never;
  const heading = (thinkTime: ThinkTime) => {
    const sessions = fakeSessions([3, 2], thinkTime);
    return headingOf(fakePlan({ sessions, stop: { requests: 50, durationMs: 60_000 } }), target);
  };

  test("counts in sessions", () => {
    expect(heading({ kind: "exponential", meanMs: 2000 }).slice(2)).toEqual([
      "open loop, Poisson, 100 sessions/s · 50 sessions or 60.0 s · seed 1",
      "2 conversations of up to 3 turns · think time exponential, mean 2.00 s",
    ]);
    expect(headingOf(fakePlan(), target).slice(2)).toEqual([
      "open loop, Poisson, 100 req/s · 10 requests · seed 1",
    ]);
  });

  test.each<[ThinkTime, string]>([
    [{ kind: "constant", ms: 0 }, "none"],
    [{ kind: "constant", ms: 2500 }, "2.50 s"],
    [{ kind: "uniform", minMs: 1000, maxMs: 5000 }, "uniform, 1.00 s to 5.00 s"],
    [{ kind: "lognormal", meanMs: 2000, sdMs: 500 }, "lognormal, mean 2.00 s, sd 500 ms"],
  ])("names a think time %j", (thinkTime, text) => {
    expect(heading(thinkTime).at(-1)).toEndWith(`think time ${text}`);
  });
});
