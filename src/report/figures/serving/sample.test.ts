import { expect, test } from "bun:test";
import * as v from "valibot";
import type { RequestRecord } from "../../../benchmarks/serving/record.ts";
import { summarize } from "../../../benchmarks/serving/summary.ts";
import { fakeContext } from "../../../benchmarks/serving/summary-context.fake.ts";
import { Summary } from "../../saved-summary.ts";
import { RunCollector } from "./collect.ts";
import { distributionFigure } from "./distribution.ts";
import { fakeRecord } from "./run.fake.ts";
import type { ServingRun } from "./run.ts";
import { TTFT } from "./run-figures.ts";
import { ttftSample } from "./sample.ts";

/** A run from its records, with the summary that it wrote. */
function runOf(records: readonly RequestRecord[]): ServingRun {
  const collector = new RunCollector();
  for (const record of records) collector.add(record);
  const summary = v.parse(Summary, summarize(records, fakeContext()));
  return { name: "run", collected: collector.finish(), metadata: null, summary, gpuReadings: null };
}

const complete = Array.from({ length: 200 }, (_, i) => fakeRecord(i, 20, 4));
/** The last ones waited until the run was stopped, and would have waited longer. */
const overloaded = complete.map((record, i): RequestRecord => {
  if (i < 160) return record;
  const none = { firstTokenAt: null, firstAnswerAt: null, lastTokenAt: null, chunkUs: new Float64Array() };
  const failure = { class: "aborted", phase: "first-token", message: "the run ended" } as const;
  return { ...record, ...none, endAt: 60_000, failure };
});

const figureOf = (run: ServingRun) =>
  distributionFigure(TTFT, [{ name: run.name, data: ttftSample(run) }], { facts: [], caution: null })!;

test("quantiles are the summary's, with its intervals, where no request was cut off", () => {
  const run = runOf(complete);
  const { p99 } = run.summary!.whole!.metrics.ttft!.quantiles;
  expect(ttftSample(run).quantiles.at(-1)).toMatchObject({ name: "p99", value: p99!.value!, low: p99!.low });
  expect(figureOf(run).subtitle).toStartWith("n = 190 · ");
});

test("who was cut off after the first token is in it as in the table, and a killed run has the same curve and quantiles", () => {
  const failure = { class: "aborted", phase: "body", message: "the run ended" } as const;
  const run = runOf(complete.slice(1, 12).map((record, i) => (i < 8 ? record : { ...record, failure })));
  const { quantiles } = run.summary!.whole!.metrics.ttft!;
  const killed = { ...run, summary: null };
  for (const one of [run, killed]) {
    expect(figureOf(one).subtitle).toStartWith("n = 11, 3 of them unfinished · ");
    for (const { name, value } of ttftSample(one).quantiles)
      expect(value / quantiles[name]!.value! - 1).toBeCloseTo(0, 3);
  }
});

test("where the end of the run cut requests off, the marks stand on the curve, and the title says what is left out", () => {
  const run = runOf(overloaded);
  expect(run.summary!.whole!.metrics.ttft!.quantiles.p99!.value).toBeGreaterThan(10_000);
  const { subtitle, panels } = figureOf(run);
  expect(subtitle).toStartWith(
    "n = 152, curve and quantiles without 40 that had no value yet when the run ended · ",
  );
  const layers = panels[1]!.layers;
  const curve = layers.find((layer) => layer.kind === "line")!.points;
  const marks = layers.find((layer) => layer.kind === "points")!.points;
  expect(marks).toHaveLength(3);
  for (const [ms, share] of marks) {
    const upTo = (at: number) => curve.findLast(([x]) => x <= at)?.[1] ?? 0;
    expect(upTo(ms * 0.999)).toBeLessThanOrEqual(share + 1 / 152);
    expect(upTo(ms * 1.001)).toBeGreaterThanOrEqual(share - 1 / 152);
  }
});
