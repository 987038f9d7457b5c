import { expect, test } from "bun:test";
import { tokensReceived } from "../../../benchmarks/serving/metrics.ts";
import { record } from "../../../benchmarks/serving/record.fake.ts";
import { drawFigure } from "../chart.ts";
import { themes } from "../theme.ts";
import { RunCollector } from "./collect.ts";
import { distributionFigure } from "./distribution.ts";
import { overTimeFigure } from "./over-time.ts";
import { fakeRecord } from "./run.fake.ts";
import type { ServingRun } from "./run.ts";
import { ITL, timedRun, windowOf } from "./run-figures.ts";
import { gapSample } from "./sample.ts";

function collected(records: readonly Parameters<RunCollector["add"]>[0][]) {
  const collector = new RunCollector();
  for (const one of records) collector.add(one);
  return collector.finish();
}

test("a run is its requests by send time, without the warm-up", () => {
  const { spans } = collected([
    record({ index: 1, intendedAt: 100, sentAt: 101, firstTokenAt: 151, lastTokenAt: 161, endAt: 162 }),
    record({ stage: "warmup", intendedAt: -50 }),
    record({
      index: 0,
      intendedAt: 0,
      sentAt: null,
      endAt: 300,
      failure: { class: "aborted", phase: "queue", message: "" },
    }),
  ]);
  expect(spans).toEqual([
    {
      index: 0,
      intendedAt: 0,
      sentAt: null,
      firstTokenAt: 50,
      endAt: 300,
      ttftMs: null,
      knownTtftMs: null,
      failed: false,
      unfinished: true,
      isStart: true,
    },
    {
      index: 1,
      intendedAt: 100,
      sentAt: 101,
      firstTokenAt: 151,
      endAt: 162,
      ttftMs: 50,
      knownTtftMs: 50,
      failed: false,
      unfinished: false,
      isStart: true,
    },
  ]);
});

test("gaps are successes' alone, tokens everyone's", () => {
  const broken = record({
    chunkUs: [50_000, 90_000],
    failure: { class: "reset", phase: "body", message: "" },
  });
  const run = collected([record({ tokens: 3, chunkUs: [50_000, 60_000, 80_000] }), broken]);
  expect([run.itl.n, run.itl.min, run.itl.max, run.icl.n]).toEqual([2, 10, 20, 2]);
  const sums = run.tokens.sums({ fromMs: 0, toMs: 100, startMs: 0, widthMs: 50, count: 2 });
  expect(sums[0]! + sums[1]!).toBeCloseTo(5);
});

test("where chunks hold tokens that are not known, only the gaps between chunks are", () => {
  const run = collected([record({ tokens: 7, chunkUs: [50_000, 60_000] })]);
  expect([run.itl.n, run.icl.n]).toEqual([0, 1]);
});

test("tokens by time are those that the summary counts", () => {
  const records = Array.from({ length: 300 }, (_, i) => fakeRecord(i, 40, 12));
  const run = collected(records);
  const [fromMs, toMs] = [6000, 9000];
  const [sum] = run.tokens.sums({ fromMs, toMs, startMs: fromMs, widthMs: toMs - fromMs, count: 1 });
  const exact = records.reduce((total, r) => total + tokensReceived(r, fromMs, toMs), 0);
  expect(Math.abs(sum! - exact)).toBeLessThanOrEqual(2);
});

test("a run of 100,000 requests makes figures no larger than one of a thousand", () => {
  const collector = new RunCollector();
  for (let i = 0; i < 100_000; i++) collector.add(fakeRecord(i, 200, 6));
  const run: ServingRun = {
    name: "large",
    collected: collector.finish(),
    metadata: null,
    summary: null,
    gpuReadings: null,
  };
  const window = windowOf(run)!;
  const about = { facts: [], caution: null };
  const figures = [
    overTimeFigure(timedRun(run, window), about),
    distributionFigure(ITL, [{ name: "large", data: gapSample(run, "itl") }], about)!,
  ];
  for (const figure of figures)
    expect(drawFigure(figure, themes.light).svg.length, figure.name).toBeLessThan(200_000);
  expect(run.collected.itl.n).toBe(95_000 * 5);
});
