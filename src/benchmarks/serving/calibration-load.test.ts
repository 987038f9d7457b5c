import { expect, test } from "bun:test";
import { expectedLoad } from "./calibration-load.ts";
import { fakePlan } from "./plan.fake.ts";
import type { Load, PlanInput } from "./plan.ts";

const pace = { ttftMs: 50, itlMs: 10 };
const open = (arrival: Extract<Load, { kind: "open" }>["arrival"], concurrency: number | null = null) =>
  ({ kind: "open", arrival, concurrency }) as const;
const answers = (maxTokens: (i: number) => number): Pick<PlanInput, "prompts"> => ({
  prompts: { describe: {}, at: (i) => ({ text: "a", promptTokens: 1, maxTokens: maxTokens(i) }) },
});
const long = answers(() => 100);
const many = { stop: { durationMs: null, requests: 1000 } };

test("an open loop has its rate, and as many chunks as its answers have tokens", () => {
  const plan = fakePlan({ ...many, ...long, load: open({ kind: "poisson", ratePerS: 40 }) });
  const rates = { requestsPerS: 40, chunksPerS: 4000 };
  expect(expectedLoad(plan, pace)).toEqual({ ...rates, itlMs: 10, pace: "preflight" });
  expect(expectedLoad(plan, null)).toEqual({ ...rates, itlMs: 20, pace: "assumed" });
});

test("a cap on what is in flight caps the chunks", () => {
  const plan = fakePlan({ ...many, ...long, load: open({ kind: "constant", ratePerS: 40 }, 8) });
  expect(expectedLoad(plan, pace)).toMatchObject({ requestsPerS: 40, chunksPerS: 800 });
});

test("the mean answer is that of the whole plan", () => {
  const growing = answers((i) => i + 1);
  const plan = fakePlan({ ...many, ...growing, load: open({ kind: "constant", ratePerS: 1 }) });
  expect(expectedLoad(plan, pace).chunksPerS).toBeWithin(490, 510);
});

test("a schedule without one rate counts as it is at its most within a second", () => {
  const times = Float64Array.from([0, 3000, 3400, 3999, 4000, 9000]);
  const trace = fakePlan({ ...long, load: open({ kind: "trace", times }) });
  expect(expectedLoad(trace, pace).requestsPerS).toBe(3);
  const burst = fakePlan({
    ...many,
    ...long,
    load: open({ kind: "poisson", ratePerS: Number.POSITIVE_INFINITY }),
  });
  expect(expectedLoad(burst, pace)).toMatchObject({ requestsPerS: 1000, chunksPerS: 100_000 });
});

test("a closed loop's rates follow from its users and the server's pace", () => {
  const plan = fakePlan({ ...many, ...long, load: { kind: "closed", concurrency: 52 } });
  const { requestsPerS, chunksPerS } = expectedLoad(plan, pace);
  expect(requestsPerS).toBeCloseTo(52 / 1.04, 6);
  expect(chunksPerS).toBeCloseTo(5000, 6);
});

test("without a stream an answer is one chunk", () => {
  const { request } = fakePlan();
  const load = open({ kind: "constant", ratePerS: 40 });
  const plan = fakePlan({ ...many, ...long, load, request: { ...request, stream: false } });
  expect(expectedLoad(plan, pace)).toMatchObject({ requestsPerS: 40, chunksPerS: 40 });
});

test("an endless closed loop and an empty schedule are no trouble", () => {
  const endless = fakePlan({
    load: { kind: "closed", concurrency: 1 },
    stop: { durationMs: 1, requests: null },
  });
  expect(expectedLoad(endless, pace).requestsPerS).toBeGreaterThan(0);
  const empty = fakePlan({ load: open({ kind: "trace", times: new Float64Array(0) }) });
  expect(expectedLoad(empty, pace)).toMatchObject({ requestsPerS: 0, chunksPerS: 0 });
});
