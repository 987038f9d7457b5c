import { expect, test } from "bun:test";
import { parseSlos } from "../serving/slo.ts";
import { fakeFigures, fakeLatency } from "./level.fake.ts";
import { searchSize } from "./search-size.ts";

const { slos } = parseSlos("ttft=500ms,e2el=10s,tpot=60s");
const levels = [
  fakeFigures({ e2elMs: fakeLatency(4000), ttftMs: fakeLatency(50), requestThroughputPerS: 3 }),
  fakeFigures({ e2elMs: fakeLatency(2500), ttftMs: fakeLatency(80), requestThroughputPerS: 100 }),
  fakeFigures({ e2elMs: null, ttftMs: null, requestThroughputPerS: 0 }),
];

test("trials as long as the longest wait within the limits, and an answer, ask for", () => {
  expect(searchSize(slos, levels, 4000)).toEqual({ limitS: 7.5, answerS: 2.5, maxRequests: 4000 });
  expect(searchSize(slos.slice(0, 1), levels, 4000).limitS).toBe(0.45);
  expect(searchSize(slos.slice(2), levels, 4000).limitS).toBe(0);
  expect(searchSize(slos, levels.slice(2), 4000)).toMatchObject({ limitS: 10, answerS: 0 });
});

test("a fast server is sent more, for a quarter of an hour", () => {
  expect(searchSize(slos, levels, undefined).maxRequests).toBe(90_000);
  expect(searchSize(slos, levels.slice(0, 1), undefined).maxRequests).toBe(20_000);
});
