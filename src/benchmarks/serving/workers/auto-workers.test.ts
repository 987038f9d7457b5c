import { expect, test } from "bun:test";
import { fakePlan } from "../plan.fake.ts";
import { fakeSessions } from "../workload/conversation.fake.ts";
import { autoWorkers } from "./auto-workers.ts";

const open = (ratePerS: number, maxTokens: number) =>
  fakePlan({
    load: { kind: "open", arrival: { kind: "poisson", ratePerS }, concurrency: null },
    stop: { durationMs: null, requests: 100 },
    prompts: { describe: { kind: "test" }, at: () => ({ text: "", promptTokens: 1, maxTokens }) },
  });

test("one process for what one can do, more for many requests or many tokens, never more than there are cores", () => {
  expect(autoWorkers(open(10, 100), 15)).toBe(1);
  expect(autoWorkers(open(1200, 1), 15)).toBe(3);
  expect(autoWorkers(open(100, 1000), 15)).toBe(10);
  expect(autoWorkers(open(100, 1000), 3)).toBe(3);
});

test("of conversations every turn counts", () => {
  const sessions = fakeSessions([10]);
  expect(autoWorkers({ ...open(200, 3), sessions }, 15)).toBe(4);
});

test("users are taken to read 50 tokens a second, and all at once is all users", () => {
  const closed = fakePlan({
    load: { kind: "closed", concurrency: 500 },
    stop: { durationMs: 1, requests: null },
  });
  expect(autoWorkers(closed, 15)).toBe(3);
  expect(autoWorkers(open(Number.POSITIVE_INFINITY, 10), 15)).toBe(1);
});
