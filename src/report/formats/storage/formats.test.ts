import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { parseCsv } from "../../../results/csv.ts";
import { SavedDistribution } from "../../saved-distribution.ts";
import { SavedGate } from "../../saved-gate.ts";
import { storageCsv } from "./csv.ts";
import { storageJunit } from "./junit.ts";
import { storageMarkdown } from "./markdown.ts";
import { readStorageSummary, type StorageSummaryFile } from "./saved-summary.ts";

function fakeSummary(given: Partial<StorageSummaryFile> = {}): StorageSummaryFile {
  const quantile = { value: 12, low: 11, high: 13, small: false };
  return {
    run: {
      version: "0.1.0",
      runName: "a|b",
      startedAt: "2026-11-23T05:55:12.345Z",
      dataRoot: "/mnt/nvme",
      layout: "tar",
      seed: 42,
    },
    steps: { asked: 200, done: 200, globalBatchSize: 64, microbatchSize: 8 },
    loader: { workers: 1, prefetchDepth: 2 },
    windowS: 4,
    throughput: { samplesPerS: 3200, samplesPerSLow: 3100, samplesPerSHigh: null, bytesPerS: 8e8 },
    metrics: {
      microbatchLoadMs: null,
      microbatchCopyMs: null,
      firstByteMs: null,
      microbatchWaitMs: null,
      stepLoadMs: v.parse(SavedDistribution, {
        n: 200,
        mean: 10,
        meanLow: 9.7,
        meanHigh: 10.4,
        sd: 2,
        min: 5,
        max: 30,
        quantiles: { p50: quantile, p95: quantile, p99: { value: 20, low: 15, high: null, small: true } },
      }),
      stepMs: null,
    },
    jitterMs: 0.25,
    compute: { au: 0.5, nullSourceAu: null },
    accelerators: null,
    gates: [],
    validity: { verdict: "fit", reasons: [] },
    wasKilled: false,
    warnings: [{ message: "old prices", hint: "Take newer ones." }],
    ...given,
  };
}

test("CSV has a row for each figure, empty where nothing was measured", () => {
  const [head = [], ...rows] = parseCsv(storageCsv([fakeSummary()]));
  expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([head.length]));
  const cells = (metric: string, ...columns: string[]) =>
    columns.map((column) => rows.find((row) => row[2] === metric)![head.indexOf(column)]);
  expect(cells("sampleThroughput", "run", "window", "unit", "mean")).toEqual([
    "a|b",
    "counted",
    "samples/s",
    "3200",
  ]);
  expect(cells("sampleThroughput", "mean_low", "mean_high")).toEqual(["3100", ""]);
  expect(cells("stepLoad", "mean", "mean_low", "mean_high")).toEqual(["10", "9.7", "10.4"]);
  expect(cells("stepLoad", "unit", "n", "p99", "p99_low", "p99_high")).toEqual(["ms", "200", "20", "15", ""]);
  expect(cells("microbatchLoad", "n", "mean")).toEqual(["0", ""]);
  expect(cells("nullSourceAu", "mean")).toEqual([""]);
});

test("Markdown has a table, the verdict and the warnings, and keeps names from being markup", () => {
  const lines = storageMarkdown([fakeSummary()]).split("\n");
  expect(lines[0]).toBe("## a\\|b");
  expect(lines).toContain(
    "200 of 200 steps · in 4.00 s · 3,200 samples/s [3,100 to ?] · 800 MB/s · AU 50.0 % · jitter 250 µs",
  );
  expect(lines).toContain("| step, loading, ms | 200 | 10.0 | 12.0 | - | 12.0 | 20.0\\* | - |");
  expect(lines).toContain("Harness: fit");
  expect(lines).toContain("> warning: old prices. Take newer ones.");
  const steps = { ...fakeSummary().steps, done: 3 };
  const unfit = fakeSummary({ steps, validity: { verdict: "unfit", reasons: ["slow"] } });
  expect(storageMarkdown([unfit])).toContain("**Harness: unfit**: slow");
  expect(storageMarkdown([unfit])).toContain("**Incomplete**");
});

test("what only some runs have is in both: the first byte, copies, the accelerators that are fed", () => {
  const { stepLoadMs } = fakeSummary().metrics;
  const summary = fakeSummary({
    metrics: { ...fakeSummary().metrics, microbatchCopyMs: stepLoadMs, firstByteMs: stepLoadMs },
    accelerators: {
      found: 1,
      leastAu: 0.9,
      trials: [
        { accelerators: 1, au: 0.95 },
        { accelerators: 2, au: 0.89978 },
      ],
      runs: [{ accelerators: 1, au: 0.93 }],
    },
  });
  const [head = [], ...rows] = parseCsv(storageCsv([summary]));
  const figures = rows.map((row) => ["metric", "n", "mean"].map((name) => row[head.indexOf(name)]));
  for (const row of [
    ["acceleratorsFed", "", "1"],
    ["leastAu", "", "0.9"],
    ["trialAu", "1", "0.95"],
    ["trialAu", "2", "0.89978"],
    ["confirmingAu", "1", "0.93"],
    ["microbatchCopy", "200", "10"],
    ["firstByte", "200", "10"],
  ])
    expect(figures).toContainEqual(row);
  const lines = storageMarkdown([summary]).split("\n");
  expect(lines).toContain("Feeds 1 accelerator at an AU of at least 90.0 %: with 1 95.0 %, with 2 89.98 %");
  expect(lines).toContain("| of it, copying, ms | 200 | 10.0 | 12.0 | - | 12.0 | 20.0\\* | - |");
  expect(lines).toContain("| read, first byte, ms | 200 | 10.0 | 12.0 | - | 12.0 | 20.0\\* | - |");
});

test("gates are in Markdown and JUnit", () => {
  const gates = [
    { gate: "au>=0.9", passed: false, value: 0.5, unit: "share", limit: 0.9 },
    { gate: "step-load.p99<50ms", passed: true, value: 20, unit: "ms", limit: 50, small: true },
  ].map((gate) => v.parse(SavedGate, gate));
  const lines = storageMarkdown([fakeSummary({ gates })]).split("\n");
  expect(lines).toContain("**Gate FAILED**: `au>=0.9` (50.0 %)");
  const xml = storageJunit([fakeSummary({ gates })]);
  expect(xml).toContain('tests="4" failures="1" skipped="0"');
  expect(xml).toContain('<failure message="measured: 50.0 %"/>');
  expect(xml).toContain("<system-out>n is too small to trust this quantile</system-out>");
});

test("JUnit does not pass a harness that is doubtful: the case is skipped, with the reasons", () => {
  const xml = storageJunit([fakeSummary({ validity: { verdict: "doubtful", reasons: ["one", "two"] } })]);
  expect(xml).toContain('tests="2" failures="0" skipped="1"');
  expect(xml).toContain('was fit to measure">\n      <skipped message="doubtful: one, two"/>');
});

test("JUnit fails a run that ended early, and an unfit harness", () => {
  expect(storageJunit([fakeSummary()])).toContain(
    '<testsuite name="inferbench storage a|b" tests="2" failures="0" skipped="0" time="4.000" timestamp="2026-11-23T05:55:12">',
  );
  const steps = { ...fakeSummary().steps, done: 3 };
  const xml = storageJunit([fakeSummary({ steps, validity: { verdict: "unfit", reasons: ["slow"] } })]);
  expect(xml).toContain('failures="2"');
  expect(xml).toContain('<failure message="3 of 200 steps were done"/>');
});

describe("summary.json", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "inferbench-storage-summary-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("is read back, with all that it holds", () => {
    const content = { ...fakeSummary(), more: [1] };
    writeFileSync(join(folder, "summary.json"), JSON.stringify(content));
    expect(readStorageSummary(folder)).toEqual({ content, summary: fakeSummary() });
  });

  test("is null where there is none, and where a killed run left it empty", () => {
    expect(readStorageSummary(folder)).toBeNull();
    writeFileSync(join(folder, "summary.json"), "");
    expect(readStorageSummary(folder)).toBeNull();
  });

  test.each([
    ["{oops", "line 1, column 2: expected a key in double quotes: not JSON"],
    ['{"benchmark":"serving"}', "is not what a storage run writes ("],
  ])("%p is an error that says so", (content, words) => {
    writeFileSync(join(folder, "summary.json"), content);
    expect(() => readStorageSummary(folder)).toThrow(words);
  });
});
