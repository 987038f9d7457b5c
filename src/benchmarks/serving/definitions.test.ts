import { expect, test } from "bun:test";
import { figuresOf, type Tool, tools } from "./definitions.ts";
import { record } from "./record.fake.ts";

/** A chat answer: role chunk at 20 ms, then tokens at 100, 130 (two events in one read) and 160 ms; end at 165 ms. */
function answer() {
  const r = record({
    sentAt: 0,
    firstByteAt: 20,
    firstTokenAt: 100,
    firstAnswerAt: 100,
    lastTokenAt: 160,
    endAt: 165,
    tokens: 4,
    chunkUs: [100_000, 130_000, 160_000],
  });
  r.chunkEvents[1] = 2;
  return r;
}

const mean = (tool: Tool, name: string) =>
  figuresOf(tool, [answer()]).figures.find((f) => f.name === name)?.mean;

test("TTFT: the role chunk counts for vLLM and the seed, not for the others", () => {
  expect([mean("vllm", "TTFT"), mean("seed", "TTFT")]).toEqual([20, 20]);
  expect([mean("guidellm", "TTFT"), mean("sglang", "TTFT"), mean("genai-perf", "TTFT")]).toEqual([
    100, 100, 100,
  ]);
});

test("TPOT: three meanings of one word", () => {
  expect(mean("vllm", "TPOT")).toBeCloseTo(145 / 3, 9);
  expect(mean("guidellm", "TPOT")).toBe(40);
  expect(mean("sglang", "TPOT")).toBeCloseTo(65 / 3, 9);
});

test("ITL: zeros within a read, request means, divided gaps", () => {
  const figure = (tool: Tool) => figuresOf(tool, [answer()]).figures.find((f) => f.name === "ITL")!;
  // 80 from the role chunk to the first token, then 30, 0, 30.
  expect([figure("vllm").n, figure("vllm").mean]).toEqual([4, 35]);
  expect([figure("guidellm").n, figure("guidellm").mean]).toEqual([3, 20]);
  expect([figure("sglang").n, figure("sglang").mean]).toEqual([3, 20]);
  expect(figure("genai-perf").mean).toBeCloseTo(65 / 3, 9);
  expect([figure("seed").n, figure("seed").mean]).toEqual([2, 30]);
});

test("failures and the warm-up are left out; nothing measured is null, not 0", () => {
  const failed = record({ failure: { class: "reset", phase: "body", message: "" } });
  for (const tool of tools) {
    for (const { n, mean: value } of figuresOf(tool, [failed, record({ stage: "warmup" })]).figures) {
      expect([n, value]).toEqual([0, null]);
    }
  }
});

test("sd is numpy's, with n", () => {
  const records = [record({ firstTokenAt: 10 }), record({ firstTokenAt: 20 })];
  expect(figuresOf("sglang", records).figures[0]?.sd).toBeCloseTo(5, 9);
});
